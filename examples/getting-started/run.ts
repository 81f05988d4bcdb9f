import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksRunning,
  waitUntilTasksStopped,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { startSidecar, type RunningSidecar } from './sidecar.ts';

const CLUSTER = 'mycluster';
const LOG_GROUP = 'myloggroup';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
const endsByItself = values.exit || process.env['CI'] === 'true';

/** Returns the exit code. */
async function main(): Promise<number> {
  const dataDir = resolve(ROOT, process.env['ECSIDECAR_DATA_DIR'] ?? '.ecsidecar');
  const isFresh = !existsSync(join(dataDir, 'id'));
  const networkBefore = await docker('network', 'ls', '--format', '{{.Name}}');
  let sidecar: RunningSidecar | undefined;
  let step = 'start the sidecar';
  const begin = (text: string): void => {
    step = text;
    say(`\n▸ ${text}`);
  };

  try {
    begin(step);
    sidecar = await startSidecar(dataDir);
    const client = {
      endpoint: sidecar.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const ecs = new ECSClient(client);
    const logs = new CloudWatchLogsClient(client);

    begin(`create the cluster ${CLUSTER}`);
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    say(`  ${needed(cluster?.clusterArn, 'clusterArn')}`);

    begin('register examples/getting-started/task_definition.json');
    const definition = await readDefinition();
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definition));
    const definitionArn = needed(taskDefinition?.taskDefinitionArn, 'taskDefinitionArn');
    say(`  ${definitionArn}`);

    begin('run a task of it and wait until it is RUNNING');
    const start = performance.now();
    const { tasks } = await ecs.send(new RunTaskCommand({ cluster: CLUSTER, taskDefinition: definitionArn }));
    const taskArn = needed(tasks?.[0]?.taskArn, 'taskArn');
    const waiting = { client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
    await waitUntilTasksRunning(waiting, { cluster: CLUSTER, tasks: [taskArn] });
    say(`  ${taskArn}\n  RUNNING after ${((performance.now() - start) / 1000).toFixed(1)} s`);

    begin('its container, as Docker shows it');
    await showContainer(ecs, taskArn);

    begin('the Compose file that was made for it');
    const composeFile = await findComposeFile(dataDir, taskArn);
    say(`  ${relative(process.cwd(), composeFile)}\n\n${indent(await readFile(composeFile, 'utf8'))}`);

    begin('what it logged, read back through the Logs API');
    const stream = `myprefix/server/${idOf(taskArn)}`;
    for (const line of await readLogLines(logs, stream)) say(`  ${stream}  ${line}`);

    if (!endsByItself) {
      say(whatNext(sidecar.url, composeFile, taskArn));
      return await sidecar.ended;
    }

    begin('stop the task');
    await ecs.send(new StopTaskCommand({ cluster: CLUSTER, task: taskArn }));
    await waitUntilTasksStopped(waiting, { cluster: CLUSTER, tasks: [taskArn] });
    const left = await docker('ps', '-aq', '--filter', `label=com.amazonaws.ecs.task-arn=${taskArn}`);
    if (left) throw new Error(`its container is still there: ${left}`);
    say('  STOPPED, its container is gone');

    begin('clean up');
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: definitionArn }));
    await ecs.send(new DeleteClusterCommand({ cluster: CLUSTER }));
    await logs.send(new DeleteLogGroupCommand({ logGroupName: LOG_GROUP }));
    const exitCode = await sidecar.stop();
    if (exitCode !== 0) throw new Error(`the sidecar ended with exit code ${exitCode}`);
    if (isFresh) await rm(dataDir, { recursive: true });
    if (!networkBefore?.split('\n').includes(sidecar.network)) await docker('network', 'rm', sidecar.network);
    say('\n✓ All steps did what they should.');
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\n✗ Failed at "${step}": ${text}\n`);
    await sidecar?.stop();
    return 1;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function needed(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`the answer has no ${name}`);
  return value;
}

const idOf = (taskArn: string): string => taskArn.slice(taskArn.lastIndexOf('/') + 1);

const indent = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '  ');

async function readDefinition(): Promise<RegisterTaskDefinitionCommandInput> {
  const text = await readFile(new URL('task_definition.json', import.meta.url), 'utf8');
  return JSON.parse(text) as RegisterTaskDefinitionCommandInput;
}

async function showContainer(ecs: ECSClient, taskArn: string): Promise<void> {
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: [taskArn] }));
  const id = needed(tasks?.[0]?.containers?.[0]?.runtimeId, 'runtimeId');
  const shown = await docker('ps', '--filter', `id=${id}`);
  if (shown === undefined) say(`  ${id} (without the Docker CLI there is no docker ps)`);
  else if (!shown.includes('\n')) throw new Error(`docker ps does not show the container ${id}`);
  else say(indent(shown));
}

/** What a Docker command prints; undefined where there is no Docker CLI or the command failed. */
async function docker(...args: string[]): Promise<string | undefined> {
  return promisify(execFile)('docker', args).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** `<data dir>/projects/<account>/<region>/<cluster>/standalone/<task id>/compose.yaml` */
async function findComposeFile(dataDir: string, taskArn: string): Promise<string> {
  const wanted = join(CLUSTER, 'standalone', idOf(taskArn), 'compose.yaml');
  const files = await readdir(join(dataDir, 'projects'), { recursive: true });
  const file = files.find((path) => path.endsWith(wanted));
  if (file === undefined) throw new Error(`${dataDir}/projects has no ${wanted}`);
  return join(dataDir, 'projects', file);
}

/** Waits for the first three lines: the container writes one a second. */
async function readLogLines(logs: CloudWatchLogsClient, stream: string): Promise<string[]> {
  const end = Date.now() + 30_000;
  for (;;) {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: LOG_GROUP, logStreamNames: [stream] }),
    );
    const lines = events.map(({ message = '' }) => message);
    const wrong = lines.find((line) => line !== 'running');
    if (wrong !== undefined) throw new Error(`an unexpected line came back: ${wrong}`);
    if (lines.length >= 3) return lines;
    if (Date.now() > end) throw new Error(`only ${lines.length} lines came back within 30 s`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

function whatNext(url: string, composeFile: string, taskArn: string): string {
  const project = `ecs-${CLUSTER}-${idOf(taskArn).slice(0, 12)}`;
  return `
▸ What to try next, in another terminal

  alias aws='aws --endpoint-url ${url} --region us-east-1'
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_PAGER=

  aws ecs describe-tasks --cluster ${CLUSTER} --tasks ${taskArn}
  aws ecs run-task --cluster ${CLUSTER} --task-definition myfamily
  aws logs tail ${LOG_GROUP} --follow
  aws ecs stop-task --cluster ${CLUSTER} --task ${taskArn}

  docker compose ls
  docker compose -p ${project} logs -f
  docker compose -p ${project} exec server sh

  cat ${relative(process.cwd(), composeFile)}
  npm run ecsidecar -- doctor

▸ Up until Ctrl-C; it then stops and removes its tasks.`;
}

process.exitCode = await main();
