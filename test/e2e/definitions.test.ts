import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CloudWatchLogsServiceException,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  ECSServiceException,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import type { RegisterTaskDefinitionCommandInput, RunTaskCommandOutput } from '@aws-sdk/client-ecs';
import t from 'tap';
import { VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { credentials, describeTask, startSidecar, type TestSidecar } from '../support/sidecar.ts';
import { withStandIns } from '../support/stand-ins.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const FOLDER = process.env['ECSIDECAR_DEFINITIONS'];
const ROUTER_IMAGE = process.env['ECSIDECAR_TEST_NODE_IMAGE'];

/** What became of a definition: the words are AWS's, or what this machine has no room or device for. */
type Outcome =
  | { readonly end: 'refused' | 'not placed' | 'stopped'; readonly why: string }
  | { readonly end: 'RUNNING'; readonly why?: never };

/** Reasons with which ECS stops a task before it runs, too. Source: ECS developer guide, stopped task error codes. */
const REASON =
  /^(Cannot(Pull|Create|Start|Inspect)Container|CannotCreateVolume|ResourceInitialization|ContainerRuntime\w*|DockerTimeout|OutOfMemory)Error: ./;
/** Source: ECS developer guide, API failure reasons. */
const NOT_PLACED = /^(RESOURCE:\w+|ATTRIBUTE|MemberOf placement constraint unsatisfied\.)$/;

/** The table is for people, whatever reporter shows the test. */
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

t.test(
  'task definitions of a folder register and run, or are refused, not placed or stopped as ECS would',
  { skip: FOLDER === undefined && 'ECSIDECAR_DEFINITIONS names no folder of task definitions' },
  async (t) => {
    const upstream = await startUpstream();
    const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstream.url });
    t.teardown(async () => {
      upstream.close();
      await sidecar.remove();
    });

    const outcomeOf = async (definition: RegisterTaskDefinitionCommandInput): Promise<Outcome> => {
      const { networkMode, requiresCompatibilities = [] } = definition;
      let taskDefinition = '';
      let answer: RunTaskCommandOutput;
      try {
        // As it was found first: what is stood in for must not hide what ECS says.
        await sidecar.ecs.send(new RegisterTaskDefinitionCommand(definition));
        const { taskDefinition: registered } = await sidecar.ecs.send(
          new RegisterTaskDefinitionCommand(withStandIns(definition, ROUTER_IMAGE ?? '')),
        );
        taskDefinition = registered?.taskDefinitionArn ?? '';
        await prepare(sidecar, upstream, definition);
        answer = await sidecar.ecs.send(
          new RunTaskCommand({
            taskDefinition,
            launchType: requiresCompatibilities.includes('FARGATE') ? 'FARGATE' : 'EC2',
            ...(networkMode === 'awsvpc' && VPC),
          }),
        );
      } catch (error) {
        if (!(error instanceof ECSServiceException)) throw error;
        const action = taskDefinition === '' ? 'RegisterTaskDefinition' : 'RunTask';
        return { end: 'refused', why: `${action}: ${error.name}: ${error.message}` };
      }
      const { tasks = [], failures = [] } = answer;
      const [taskArn] = tasks.flatMap((task) => task.taskArn ?? []);
      if (taskArn === undefined) return { end: 'not placed', why: failures[0]?.reason ?? '' };
      const task = await until(`${taskDefinition} runs or stops`, async () => {
        const seen = await describeTask(sidecar, taskArn);
        return (seen.lastStatus === 'RUNNING' || seen.lastStatus === 'STOPPED') && seen;
      });
      if (task.lastStatus === 'STOPPED') return { end: 'stopped', why: task.stoppedReason ?? '' };
      await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
      await until(
        `${taskDefinition} is stopped`,
        async () => (await describeTask(sidecar, taskArn)).lastStatus === 'STOPPED',
      );
      return { end: 'RUNNING' };
    };

    const ends = new Map<string, number>();
    for (const [name, definition] of definitionsIn(FOLDER ?? '')) {
      await t.test(name, async (t) => {
        const { end, why } = await outcomeOf(definition);
        ends.set(end, (ends.get(end) ?? 0) + 1);
        tell(`${name} | ${end}${why === undefined ? '' : ` | ${why}`}`);
        switch (end) {
          case 'RUNNING':
            t.pass('its task runs');
            break;
          case 'refused':
            t.match(why, /^\w+: (Client|InvalidParameter|PlatformTaskDefinitionIncompatibility)Exception: ./);
            break;
          case 'not placed':
            t.match(why, NOT_PLACED);
            break;
          case 'stopped':
            t.match(why, REASON);
            break;
        }
      });
    }
    tell([...ends].map(([end, count]) => `${count} ${end}`).join(', '));
    t.ok(ends.size > 0, 'there are definitions');
  },
);

/** Makes what a definition expects to be there: log groups, configurations and environment files on S3. */
async function prepare(
  { url }: TestSidecar,
  { objects }: Upstream,
  { containerDefinitions = [] }: RegisterTaskDefinitionCommandInput,
): Promise<void> {
  for (const { environmentFiles = [], firelensConfiguration, logConfiguration } of containerDefinitions) {
    const files = [
      ...environmentFiles.map(({ value }) => value),
      firelensConfiguration?.options?.['config-file-value'],
    ];
    for (const file of files) if (file) objects.set(file.replace(/^arn:[^:]*:s3:::/, ''), '');
    const { 'awslogs-group': logGroupName, 'awslogs-region': region = 'us-east-1' } =
      logConfiguration?.options ?? {};
    if (logGroupName === undefined) continue;
    const logs = new CloudWatchLogsClient({ endpoint: url, region, credentials });
    // Where it is there already, or its region is a placeholder, there is none to make.
    await logs.send(new CreateLogGroupCommand({ logGroupName })).catch((error: unknown) => {
      if (!(error instanceof CloudWatchLogsServiceException)) throw error;
    });
    logs.destroy();
  }
}

/** Definitions by their file's name: as they are registered, or as they are described. */
function definitionsIn(folder: string): [string, RegisterTaskDefinitionCommandInput][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name): [string, RegisterTaskDefinitionCommandInput][] => {
      const parsed = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
      const definition = 'taskDefinition' in parsed ? parsed.taskDefinition : parsed;
      return Array.isArray(definition) ? [] : [[name, definition as RegisterTaskDefinitionCommandInput]];
    });
}
