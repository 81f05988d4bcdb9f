import type { ContainerInstance, Resource, Service, Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws, awsJson, python } from '../support/clients.ts';
import { readEvents } from '../support/event-stream.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/poll.ts';
import { describeTask, IMAGE, register, startSidecar, untilStatus } from '../support/sidecar.ts';
import { describeService, untilStable } from '../support/services.ts';

const sidecar = await startSidecar();
const reader = await readEvents(sidecar.url);
t.teardown(async () => {
  reader.close();
  await sidecar.remove();
});

type Answer = { readonly tasks: Task[]; readonly failures: { arn: string; reason: string }[] };

const SLEEP = ['sleep', '1000'];

const ecs = <T>(...args: string[]): Promise<T> => awsJson<T>(sidecar, 'ecs', ...args);

/** What the AWS CLI says when it is refused. */
const refusal = (...args: string[]): Promise<string> =>
  aws(sidecar, 'ecs', ...args).then(
    () => 'not refused',
    (error: unknown) => String(error),
  );

const instanceOf = async (arn: string): Promise<ContainerInstance> => {
  const { containerInstances } = await ecs<{ containerInstances: ContainerInstance[] }>(
    'describe-container-instances',
    '--container-instances',
    arn,
  );
  const [instance] = containerInstances;
  if (!instance) throw new Error(`${arn} is not there`);
  return instance;
};

const amount = (resources: Resource[] | undefined, name: string): number =>
  resources?.find((one) => one.name === name)?.integerValue ?? NaN;
const ports = (resources: Resource[] | undefined): string[] =>
  resources?.find(({ name }) => name === 'PORTS')?.stringSetValue ?? [];

const stop = async (tasks: readonly Task[]): Promise<void> => {
  for (const { taskArn = '' } of tasks) await ecs('stop-task', '--task', taskArn);
  for (const { taskArn = '' } of tasks) await untilStatus(sidecar, taskArn, 'STOPPED');
};

await ecs('create-cluster', '--cluster-name', 'default');
const local =
  (await ecs<{ containerInstanceArns: string[] }>('list-container-instances')).containerInstanceArns[0] ?? '';
const info = (await sidecar.docker.info()) as { NCPU: number; MemTotal: number };
const host = { cpuUnits: info.NCPU * 1024, memoryMib: Math.floor(info.MemTotal / 1024 / 1024) };
const hostPort = await freePort();
await register(sidecar, 'placed', [
  {
    command: SLEEP,
    cpu: 64,
    memory: 48,
    portMappings: [{ containerPort: 80, hostPort, protocol: 'tcp' }],
  },
]);
await register(sidecar, 'plain', [{ command: SLEEP }]);

t.test(
  'the machine is a container instance with Docker’s own CPU and memory, of which tasks take',
  async (t) => {
    const before = await instanceOf(local);
    for (const resources of [before.registeredResources, before.remainingResources]) {
      t.equal(amount(resources, 'CPU'), host.cpuUnits);
      t.equal(amount(resources, 'MEMORY'), host.memoryMib);
      t.strictSame(ports(resources), ['22', '2375', '2376', '51678', '51679']);
    }
    const taskArn = (
      await python(
        sidecar,
        `
import boto3, os
ecs = boto3.client('ecs', endpoint_url=os.environ['ENDPOINT'])
task = ecs.run_task(taskDefinition='placed')['tasks'][0]
assert task['containerInstanceArn'] == '${local}', task
ecs.get_waiter('tasks_running').wait(tasks=[task['taskArn']], WaiterConfig={'Delay': 1})
print(task['taskArn'])
`,
      )
    ).trim();
    const during = await instanceOf(local);
    t.match(during, { runningTasksCount: 1, pendingTasksCount: 0 });
    t.equal(amount(during.remainingResources, 'CPU'), host.cpuUnits - 64);
    t.equal(amount(during.remainingResources, 'MEMORY'), host.memoryMib - 48);
    t.ok(ports(during.remainingResources).includes(String(hostPort)));
    t.equal(amount(during.registeredResources, 'MEMORY'), host.memoryMib);
    t.match(await ecs<Answer>('run-task', '--task-definition', 'placed'), {
      tasks: [],
      failures: [{ arn: local, reason: 'RESOURCE:PORTS' }],
    });
    await stop([{ taskArn }]);
    t.equal(amount((await instanceOf(local)).remainingResources, 'MEMORY'), host.memoryMib);
  },
);

t.test('a task that no instance can take is not started, and the answer says why', async (t) => {
  await register(sidecar, 'much-memory', [{ memory: host.memoryMib + 1 }]);
  await register(sidecar, 'much-cpu', [{ cpu: host.cpuUnits + 1 }]);
  await register(sidecar, 'gpu', [{ resourceRequirements: [{ type: 'GPU', value: '1' }] }]);
  for (const [family, reason] of [
    ['much-memory', 'RESOURCE:MEMORY'],
    ['much-cpu', 'RESOURCE:CPU'],
    ['gpu', 'RESOURCE:GPU'],
  ] as const)
    t.match(await ecs<Answer>('run-task', '--task-definition', family), {
      tasks: [],
      failures: [{ arn: local, reason }],
    });
});

t.test('attributes are put, listed, asked for in expressions and deleted', async (t) => {
  const attribute = `targetType=container-instance,targetId=${local}`;
  const list = async (): Promise<unknown> =>
    (
      await ecs<{ attributes: unknown }>(
        'list-attributes',
        '--target-type',
        'container-instance',
        '--attribute-name',
        'stack',
      )
    ).attributes;
  t.strictSame(await list(), []);
  await ecs('put-attributes', '--attributes', `name=stack,value=production,${attribute}`);
  t.strictSame(await list(), [{ name: 'stack', targetId: local, value: 'production' }]);
  const where = (expression: string) =>
    ecs<Answer>(
      'run-task',
      '--task-definition',
      'plain',
      '--placement-constraints',
      `type=memberOf,expression=${expression}`,
    );
  const { tasks, failures } = await where('attribute:stack == production');
  t.strictSame(failures, []);
  t.match(await where('attribute:stack == test'), {
    tasks: [],
    failures: [{ arn: local, reason: 'MemberOf placement constraint unsatisfied.' }],
  });
  t.strictSame(
    await ecs('list-container-instances', '--filter', 'attribute:stack =~ prod.* and runningTasksCount < 9'),
    { containerInstanceArns: [local] },
  );
  await ecs('delete-attributes', '--attributes', `name=stack,${attribute}`);
  t.strictSame(await list(), []);
  await stop(tasks);
});

t.test(
  'a second instance: StartTask on it, DRAINING, its end by force, and the events of all that',
  async (t) => {
    const { containerInstance } = await ecs<{ containerInstance: ContainerInstance }>(
      'register-container-instance',
      '--total-resources',
      'name=MEMORY,type=INTEGER,integerValue=64',
    );
    const second = containerInstance.containerInstanceArn ?? '';
    t.equal(amount(containerInstance.remainingResources, 'MEMORY'), 64);
    const missing = second.replace(/[0-9a-f]{32}$/, 'a'.repeat(32));
    const start = () =>
      ecs<Answer>('start-task', '--task-definition', 'plain', '--container-instances', second, missing);
    const first = await start();
    t.match(first, {
      tasks: [{ containerInstanceArn: second, launchType: 'EC2' }],
      failures: [{ arn: missing, reason: 'MISSING' }],
    });
    const taskArn = first.tasks[0]?.taskArn ?? '';
    const running = await untilStatus(sidecar, taskArn, 'RUNNING');
    const container = await sidecar.docker.getContainer(running.containers?.[0]?.runtimeId ?? '').inspect();
    t.equal(container.Config.Image, IMAGE, 'it runs on the local engine as all do');
    t.match((await start()).tasks, [{}]);
    t.match((await start()).failures, [{ arn: second, reason: 'RESOURCE:MEMORY' }, {}], 'it is full');
    t.equal(
      (await ecs<{ taskArns: string[] }>('list-tasks', '--container-instance', second)).taskArns.length,
      2,
    );

    const state = (status: string) =>
      ecs('update-container-instances-state', '--container-instances', second, '--status', status);
    t.match(await state('DRAINING'), { containerInstances: [{ status: 'DRAINING' }], failures: [] });
    t.match((await start()).failures, [{ arn: second, reason: 'INACTIVE' }, {}]);
    t.match(await ecs('list-container-instances', '--status', 'DRAINING'), {
      containerInstanceArns: [second],
    });
    t.match(
      await refusal('deregister-container-instance', '--container-instance', second),
      /InvalidParameterException.*Found running tasks on the instance\./s,
    );
    await ecs('deregister-container-instance', '--container-instance', second, '--force');
    const stopped = await untilStatus(sidecar, taskArn, 'STOPPED');
    t.equal(stopped.stoppedReason, 'Container instance deregistration forced by user');
    t.equal((await instanceOf(second)).status, 'INACTIVE');
    t.match((await start()).failures, [{ reason: 'INACTIVE' }, { reason: 'MISSING' }]);

    const told = () =>
      reader.events.filter(
        ({ type, event }) => type === 'ECS Container Instance State Change' && event.resources[0] === second,
      );
    await until('both tasks have left the instance', () =>
      told().some(({ event: { detail } }) => {
        const { status, remainingResources } = detail as ContainerInstance;
        return status === 'INACTIVE' && amount(remainingResources, 'MEMORY') === 64;
      }),
    );
    const details = told().map(({ event }) => event.detail as ContainerInstance);
    t.strictSame(
      details
        .slice(0, 5)
        .map(({ status, remainingResources }) => [status, amount(remainingResources, 'MEMORY')]),
      [
        ['ACTIVE', 64],
        ['ACTIVE', 32],
        ['ACTIVE', 0],
        ['DRAINING', 0],
        ['INACTIVE', 0],
      ],
    );
    const versions = details.map(({ version = 0 }) => version);
    t.strictSame(
      versions,
      [...versions].sort((a, b) => a - b),
    );
  },
);

t.test(
  'a protected task stays while its service scales in, and goes when it is no longer protected',
  async (t) => {
    await ecs(
      'create-service',
      '--service-name',
      'guarded',
      '--task-definition',
      'plain',
      '--desired-count',
      '3',
    );
    await untilStable(sidecar, 'guarded');
    const { taskArns } = await ecs<{ taskArns: string[] }>('list-tasks', '--service-name', 'guarded');
    const [guarded = ''] = taskArns;
    const protect = (enabled: boolean) =>
      python(
        sidecar,
        `
import boto3, os
ecs = boto3.client('ecs', endpoint_url=os.environ['ENDPOINT'])
answer = ecs.update_task_protection(cluster='default', tasks=['${guarded}'], protectionEnabled=${enabled ? 'True, expiresInMinutes=5' : 'False'})
assert answer['failures'] == [], answer
print(answer['protectedTasks'][0]['protectionEnabled'])
`,
      );
    t.equal((await protect(true)).trim(), 'True');
    t.match(await ecs('get-task-protection', '--cluster', 'default', '--tasks', guarded), {
      protectedTasks: [{ taskArn: guarded, protectionEnabled: true, expirationDate: /^20/ }],
      failures: [],
    });
    const scale = (count: string) => ecs('update-service', '--service', 'guarded', '--desired-count', count);
    await scale('0');
    const rest = taskArns.filter((arn) => arn !== guarded);
    for (const arn of rest) await untilStatus(sidecar, arn, 'STOPPED');
    t.equal((await describeTask(sidecar, guarded)).desiredStatus, 'RUNNING');
    const { events = [] } = await describeService(sidecar, 'guarded');
    t.ok(
      events.some(({ message = '' }) =>
        message.endsWith('Reason: The number of protected tasks are more than the desired count of tasks.'),
      ),
    );
    t.equal((await protect(false)).trim(), 'False');
    const gone = await untilStatus(sidecar, guarded, 'STOPPED');
    t.match(gone.stoppedReason, /^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/);
    await ecs('delete-service', '--service', 'guarded');
  },
);

t.test('own capacity providers share out the tasks of RunTask and of services', async (t) => {
  const create = (name: string) =>
    ecs<{ capacityProvider: object }>(
      'create-capacity-provider',
      '--name',
      name,
      '--auto-scaling-group-provider',
      `autoScalingGroupArn=arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/${name},managedScaling={status=ENABLED,targetCapacity=90}`,
      '--tags',
      'key=k,value=v',
    );
  t.match((await create('steady')).capacityProvider, {
    name: 'steady',
    status: 'ACTIVE',
    autoScalingGroupProvider: { managedScaling: { status: 'ENABLED', targetCapacity: 90 } },
    tags: [{ key: 'k', value: 'v' }],
  });
  await create('spot');
  t.match(
    await refusal(
      'create-capacity-provider',
      '--name',
      'spot',
      '--auto-scaling-group-provider',
      'autoScalingGroupArn=x',
    ),
    /ClientException.*already exists/s,
  );
  t.match(await ecs('describe-capacity-providers'), {
    capacityProviders: [{ name: 'FARGATE' }, { name: 'FARGATE_SPOT' }, { name: 'spot' }, { name: 'steady' }],
  });
  const put = (providers: string[], strategy: string[]) =>
    ecs<{ cluster: object }>(
      'put-cluster-capacity-providers',
      '--cluster',
      'default',
      '--capacity-providers',
      ...providers,
      '--default-capacity-provider-strategy',
      ...strategy,
    );
  t.match(
    await put(['steady', 'spot'], ['capacityProvider=steady,base=1', 'capacityProvider=spot,weight=1']),
    {
      cluster: {
        capacityProviders: ['steady', 'spot'],
        attachments: [{ type: 'as_policy', status: 'CREATED' }],
        attachmentsStatus: 'UPDATE_COMPLETE',
      },
    },
  );
  const names = (tasks: readonly Task[]) =>
    tasks.map(({ capacityProviderName }) => capacityProviderName).sort();
  const { tasks } = await ecs<Answer>('run-task', '--task-definition', 'plain', '--count', '3');
  t.strictSame(names(tasks), ['spot', 'spot', 'steady']);
  t.match(await untilStatus(sidecar, tasks[0]?.taskArn ?? '', 'RUNNING'), {
    launchType: 'EC2',
    containerInstanceArn: local,
  });

  const { service } = await ecs<{ service: Service }>(
    'create-service',
    '--service-name',
    'shared',
    '--task-definition',
    'plain',
    '--desired-count',
    '4',
    '--capacity-provider-strategy',
    'capacityProvider=steady,weight=1,base=1',
    'capacityProvider=spot,weight=2',
  );
  t.strictSame(service.launchType, undefined);
  await untilStable(sidecar, 'shared');
  const { taskArns } = await ecs<{ taskArns: string[] }>('list-tasks', '--service-name', 'shared');
  const ofService = await Promise.all(taskArns.map((arn) => describeTask(sidecar, arn)));
  t.strictSame(names(ofService), ['spot', 'spot', 'steady', 'steady']);
  t.ok(
    ofService.every(
      ({ launchType, containerInstanceArn }) => launchType === 'EC2' && containerInstanceArn === local,
    ),
  );

  t.match(
    await refusal(
      'put-cluster-capacity-providers',
      '--cluster',
      'default',
      '--capacity-providers',
      'steady',
      '--default-capacity-provider-strategy',
    ),
    /ResourceInUseException.*The specified capacity provider is in use and cannot be removed\./s,
  );
  t.match(await ecs('delete-capacity-provider', '--capacity-provider', 'spot'), {
    capacityProvider: {
      updateStatus: 'DELETE_FAILED',
      updateStatusReason:
        /^The capacity provider cannot be deleted because it is associated with cluster: default\./,
    },
  });
  await ecs('delete-service', '--service', 'shared', '--force');
  await stop(tasks);
  await until(
    'the service is gone',
    async () => (await describeService(sidecar, 'shared')).status === 'INACTIVE',
  );
  await put([], []);
  t.match(await ecs('delete-capacity-provider', '--capacity-provider', 'spot'), {
    capacityProvider: { status: 'INACTIVE' },
  });
});
