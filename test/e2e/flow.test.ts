import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { aws, awsJson, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { IMAGE, startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout;
const sidecar = await startSidecar();
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-flow-'));
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The definition of LocalStack's guide to ECS. */
const taskDefinition = (family: string, group: string) => ({
  containerDefinitions: [
    {
      name: 'server',
      image: IMAGE,
      cpu: 10,
      memory: 10,
      command: ['sh', '-c', 'while true; do echo running; sleep 1; done'],
      essential: true,
      stopTimeout: 2,
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-create-group': 'true',
          'awslogs-group': group,
          'awslogs-stream-prefix': 'myprefix',
          'awslogs-region': 'us-east-1',
        },
      },
    },
  ],
  family,
});

t.test(
  "the guide's flow with the AWS CLI: cluster, definition, task, containers, Compose file, logs, stop",
  async (t) => {
    const file = join(folder, 'task_definition.json');
    await writeFile(file, JSON.stringify(taskDefinition('myfamily', 'myloggroup')));

    t.match(await awsJson(sidecar, 'ecs', 'create-cluster', '--cluster-name', 'mycluster'), {
      cluster: {
        clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/mycluster',
        clusterName: 'mycluster',
        status: 'ACTIVE',
        // ECS: 0; here the machine itself is one.
        registeredContainerInstancesCount: 1,
        runningTasksCount: 0,
        pendingTasksCount: 0,
        activeServicesCount: 0,
        settings: [{ name: 'containerInsights', value: 'disabled' }],
      },
    });
    t.match(await awsJson(sidecar, 'ecs', 'register-task-definition', '--cli-input-json', `file://${file}`), {
      taskDefinition: {
        taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/myfamily:1',
        family: 'myfamily',
        revision: 1,
        status: 'ACTIVE',
        compatibilities: ['EXTERNAL', 'EC2'],
        containerDefinitions: [
          { name: 'server', cpu: 10, memory: 10, portMappings: [], environment: [], mountPoints: [] },
        ],
      },
    });
    const { tasks } = await awsJson<{ tasks: { taskArn: string; lastStatus: string }[] }>(
      sidecar,
      'ecs',
      'run-task',
      '--cluster',
      'mycluster',
      '--task-definition',
      'myfamily',
    );
    const { taskArn } = tasks[0]!;
    const id = taskArn.split('/')[2]!;
    t.equal(tasks[0]?.lastStatus, 'PROVISIONING');
    await aws(sidecar, 'ecs', 'wait', 'tasks-running', '--cluster', 'mycluster', '--tasks', taskArn);

    const project = `ecs-mycluster-${id.slice(0, 12)}`;
    t.match(
      await docker('ps', '--filter', `label=${sidecar.label}`),
      `ecs-myfamily-1-server-${id.slice(0, 12)}`,
    );
    t.match(await docker('compose', 'ls'), project);
    t.match(await docker('compose', '-p', project, 'ps'), /server/);
    t.match(await docker('compose', '-p', project, 'logs'), /running/);
    t.match(await docker('compose', '-p', project, 'exec', '-T', 'server', 'echo', 'inside'), /^inside/);

    const projects = await readdir(join(sidecar.dataDir, 'projects'), { recursive: true });
    t.ok(projects.includes(`000000000000/us-east-1/mycluster/standalone/${id}/compose.yaml`));

    const messages = await until('log events', async () => {
      const found = await awsJson<string[] | null>(
        sidecar,
        'logs',
        'filter-log-events',
        '--log-group-name',
        'myloggroup',
        '--query',
        'events[].message',
      ).catch(() => null);
      return found && found.length >= 2 && found;
    });
    t.equal(messages?.[0], 'running');
    const { events } = await awsJson<{ events: { logStreamName: string }[] }>(
      sidecar,
      'logs',
      'filter-log-events',
      '--log-group-name',
      'myloggroup',
    );
    t.equal(events[0]?.logStreamName, `myprefix/server/${id}`);

    await aws(sidecar, 'ecs', 'stop-task', '--cluster', 'mycluster', '--task', taskArn);
    await aws(sidecar, 'ecs', 'wait', 'tasks-stopped', '--cluster', 'mycluster', '--tasks', taskArn);
    t.notMatch(await docker('ps', '-a', '--filter', `label=${sidecar.label}`), project, 'nothing is left');
  },
);

t.test('the same through boto3, with a host path mounted', async (t) => {
  const mounted = join(folder, 'host-path');
  const definition = taskDefinition('boto', 'botogroup');
  Object.assign(definition.containerDefinitions[0]!, {
    command: ['sh', '-c', 'echo "from the container" > /container/path/file; echo written; sleep 600'],
    mountPoints: [{ containerPath: '/container/path', sourceVolume: 'test-volume' }],
  });
  const input = { ...definition, volumes: [{ name: 'test-volume', host: { sourcePath: mounted } }] };
  const printed = await python(
    sidecar,
    `
import boto3, json, os, time
ecs = boto3.client("ecs", endpoint_url=os.environ["ENDPOINT"])
logs = boto3.client("logs", endpoint_url=os.environ["ENDPOINT"])
ecs.register_task_definition(**json.loads(${JSON.stringify(JSON.stringify(input))}))
task = ecs.run_task(taskDefinition="boto")["tasks"][0]["taskArn"]
ecs.get_waiter("tasks_running").wait(tasks=[task], WaiterConfig={"Delay": 1})
for _ in range(100):
    try:
        events = logs.filter_log_events(logGroupName="botogroup")["events"]
    except logs.exceptions.ResourceNotFoundException:
        events = []
    if events: break
    time.sleep(0.1)
ecs.stop_task(task=task, reason="done")
ecs.get_waiter("tasks_stopped").wait(tasks=[task], WaiterConfig={"Delay": 1})
stopped = ecs.describe_tasks(tasks=[task])["tasks"][0]
print(json.dumps({"messages": [e["message"] for e in events], "reason": stopped["stoppedReason"], "started": stopped["startedAt"].isoformat()}))
`,
  );
  t.match(JSON.parse(printed), { messages: ['written'], reason: 'done', started: /^20\d\d-/ });
  t.equal(
    await readFile(join(mounted, 'file'), 'utf8'),
    'from the container\n',
    'the missing host path was made',
  );
});

t.test('a 10 ms container: its whole output is in FilterLogEvents', async (t) => {
  const definition = taskDefinition('brief', 'briefgroup');
  definition.containerDefinitions[0]!.command = ['sh', '-c', 'echo out; echo err >&2; printf "no newline"'];
  const file = join(folder, 'brief.json');
  await writeFile(file, JSON.stringify(definition));
  await aws(sidecar, 'ecs', 'register-task-definition', '--cli-input-json', `file://${file}`);
  const { tasks } = await awsJson<{ tasks: { taskArn: string }[] }>(
    sidecar,
    'ecs',
    'run-task',
    '--task-definition',
    'brief',
    '--count',
    '10',
  );
  await aws(sidecar, 'ecs', 'wait', 'tasks-stopped', '--tasks', ...tasks.map(({ taskArn }) => taskArn));
  const { events } = await awsJson<{ events: { message: string; logStreamName: string }[] }>(
    sidecar,
    'logs',
    'filter-log-events',
    '--log-group-name',
    'briefgroup',
  );
  for (const { taskArn } of tasks) {
    const stream = `myprefix/server/${taskArn.split('/')[2]}`;
    const messages = events
      .filter(({ logStreamName }) => logStreamName === stream)
      .map(({ message }) => message);
    t.same(messages.sort(), ['err', 'no newline', 'out']);
  }
});
