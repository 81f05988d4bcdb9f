import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Task } from '@aws-sdk/client-ecs';
import Docker from 'dockerode';
import { checkGeneratedFiles } from './generated-files.ts';
import { until } from './poll.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

/** The image of all tests; `npm test` makes it present. */
export const IMAGE = 'busybox:latest';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A running sidecar as a process of its own, with its own data folder, network and port. */
export type TestSidecar = {
  readonly url: string;
  readonly dataDir: string;
  readonly network: string;
  readonly docker: Docker;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  /** The variables with which a client's process reaches it. */
  readonly clientEnvironment: NodeJS.ProcessEnv;
  /** Label that every container of this sidecar has. */
  readonly label: string;
  readonly process: () => ChildProcess;
  /** All that it printed and logged so far. */
  readonly output: () => string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Starts it again on the same data folder, with the same settings; the address is the same. */
  restart(): Promise<void>;
  /** Ends it and removes all that it left. Rejects when it left a Compose file that Compose refuses. */
  remove(): Promise<void>;
};

export async function startSidecar(environment: NodeJS.ProcessEnv = {}): Promise<TestSidecar> {
  const name = `ecsidecar-test-${randomBytes(4).toString('hex')}`;
  const dataDir = environment['ECSIDECAR_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), `${name}-`)));
  const network = environment['MAIN_DOCKER_NETWORK'] ?? name;
  const docker = new Docker();
  const logFile = join(await mkdtemp(join(tmpdir(), `${name}-log-`)), 'log');

  let child: ChildProcess;
  let url = '';
  const start = async (port: string): Promise<void> => {
    const output = openSync(logFile, 'a');
    const printed = readFileSync(logFile).length;
    child = spawn(process.execPath, [join(ROOT, 'src/cli/bin.js'), 'start'], {
      env: {
        ...process.env,
        LOG_LEVEL: 'debug',
        LOG_FORMAT: 'json',
        ...environment,
        ECSIDECAR_DATA_DIR: dataDir,
        MAIN_DOCKER_NETWORK: network,
        GATEWAY_LISTEN: `127.0.0.1:${port}`,
      },
      stdio: ['ignore', output, output],
    });
    url = await until('the ready line', () => {
      const fresh = readFileSync(logFile).subarray(printed).toString('utf8');
      if (child.exitCode !== null) throw new Error(`the sidecar ended with ${child.exitCode}: ${fresh}`);
      return /ready at (http:\S+)/.exec(fresh)?.[1];
    });
  };
  await start('0');

  const end = (signal: NodeJS.Signals): Promise<number | null> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        resolve(child.exitCode);
        return;
      }
      child.once('exit', (code) => {
        resolve(code);
      });
      child.kill(signal);
    });

  const client = { endpoint: url, region: 'us-east-1', credentials };
  const id = readFileSync(join(dataDir, 'id'), 'utf8').trim();
  const label = `ecsidecar.id=${id}`;
  const sidecar: TestSidecar = {
    url,
    dataDir,
    network,
    docker,
    label,
    ecs: new ECSClient(client),
    logs: new CloudWatchLogsClient(client),
    clientEnvironment: {
      ...process.env,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
      ENDPOINT: url,
    },
    process: () => child,
    output: () => readFileSync(logFile, 'utf8'),
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    restart: () => start(new URL(url).port),
    async remove() {
      await end('SIGKILL');
      sidecar.ecs.destroy();
      sidecar.logs.destroy();
      const checked = Promise.allSettled([checkGeneratedFiles(dataDir)]);
      const containers = await docker.listContainers({ all: true, filters: { label: [label] } });
      await Promise.all(
        containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(ignore)),
      );
      await docker.getNetwork(network).remove().catch(ignore);
      const [check] = await checked;
      await rm(dataDir, { recursive: true, force: true });
      if (process.env['ECSIDECAR_TEST_KEEP_LOGS'] === undefined)
        await rm(dirname(logFile), { recursive: true, force: true });
      if (check.status === 'rejected') throw check.reason;
    },
  };
  return sidecar;
}

const ignore = (): void => undefined;

/** Registers a definition of busybox containers; what is not given is the shortest that ECS takes. */
export async function register(
  { ecs }: TestSidecar,
  family: string,
  containers: readonly Partial<ContainerDefinition>[],
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: containers.map((container, index) => ({
        name: `c${index}`,
        image: IMAGE,
        memory: 32,
        essential: true,
        stopTimeout: 2,
        ...container,
      })),
      ...more,
    }),
  );
  if (!taskDefinition?.taskDefinitionArn) throw new Error('no task definition came back');
  return taskDefinition.taskDefinitionArn;
}

/** Runs one task of a definition and returns it as RunTask answered. */
export async function runTask(
  { ecs }: TestSidecar,
  taskDefinition: string,
  more: Partial<ConstructorParameters<typeof RunTaskCommand>[0]> = {},
): Promise<Task & { taskArn: string }> {
  const { tasks } = await ecs.send(new RunTaskCommand({ taskDefinition, ...more }));
  const task = tasks?.[0];
  if (!task?.taskArn) throw new Error('no task came back');
  return { ...task, taskArn: task.taskArn };
}

export async function describeTask({ ecs }: TestSidecar, taskArn: string): Promise<Task> {
  const { tasks } = await ecs.send(
    new DescribeTasksCommand({ cluster: taskArn.split('/')[1], tasks: [taskArn] }),
  );
  const task = tasks?.[0];
  if (!task) throw new Error(`${taskArn} is not there`);
  return task;
}

/** Waits until a task reports this status and returns it; ends early when the task stops instead. */
export function untilStatus(
  sidecar: TestSidecar,
  taskArn: string,
  status: string,
  deadlineMs = 90_000,
): Promise<Task> {
  return until(
    `${taskArn} is ${status}`,
    async () => {
      const task = await describeTask(sidecar, taskArn);
      if (task.lastStatus === 'STOPPED' && status !== 'STOPPED') {
        throw new Error(`the task stopped instead of getting ${status}: ${task.stoppedReason}`);
      }
      return task.lastStatus === status && task;
    },
    deadlineMs,
  );
}
