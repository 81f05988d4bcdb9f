import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteServiceCommand,
  ListTasksCommand,
  type Service,
  StopTaskCommand,
  UpdateServiceCommand,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { aws, awsJson, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { createService, describeService, untilStable as untilServiceStable } from '../support/services.ts';
import { describeTask, register, startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const FOREVER = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** A web server that answers its own file, healthy as soon as it listens. */
const web = (text: string) => ({
  name: 'web',
  command: ['sh', '-c', `mkdir -p /w; echo ${text} > /w/index.html; exec httpd -f -p 80 -h /w`],
  portMappings: [{ containerPort: 80 }],
  healthCheck: { command: ['CMD-SHELL', 'wget -qO- http://127.0.0.1/ || exit 1'], interval: 5, retries: 2 },
});

const describe = (serviceName: string) => describeService(sidecar, serviceName);
const untilStable = (serviceName: string) => untilServiceStable(sidecar, serviceName);
const create = (serviceName: string, taskDefinition: string, more: object = {}) =>
  createService(sidecar, serviceName, taskDefinition, more);

const containersOf = (family: string) =>
  sidecar.docker.listContainers({
    filters: { label: [sidecar.label, `com.amazonaws.ecs.task-definition-family=${family}`] },
  });

const messages = ({ events = [] }: Service): string[] =>
  events.map(({ message = '' }) => message).toReversed();

await aws(sidecar, 'ecs', 'create-cluster');

t.test(
  "the guide's create-service with the AWS CLI, its waiter, and the service's Compose file",
  async (t) => {
    await aws(sidecar, 'ecs', 'create-cluster', '--cluster-name', 'mycluster');
    await register(sidecar, 'myfamily', [{ name: 'server', command: FOREVER }]);
    const { service } = await awsJson<{ service: Service }>(
      sidecar,
      ...['ecs', 'create-service', '--service-name', 'myservice', '--cluster', 'mycluster'],
      ...['--task-definition', 'myfamily', '--desired-count', '1'],
    );
    t.match(service, {
      serviceArn: 'arn:aws:ecs:us-east-1:000000000000:service/mycluster/myservice',
      serviceName: 'myservice',
      clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/mycluster',
      loadBalancers: [],
      serviceRegistries: [],
      status: 'ACTIVE',
      desiredCount: 1,
      launchType: 'EC2',
      taskDefinition: /task-definition\/myfamily:1$/,
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
      deployments: [{ id: /^ecs-svc\/\d+$/, status: 'PRIMARY', failedTasks: 0, rolloutState: 'IN_PROGRESS' }],
      events: [],
      placementStrategy: [],
      schedulingStrategy: 'REPLICA',
      createdBy: 'arn:aws:iam::000000000000:user/test',
    });
    await aws(sidecar, 'ecs', 'wait', 'services-stable', '--cluster', 'mycluster', '--services', 'myservice');
    const [container] = await containersOf('myfamily');
    const file = join(sidecar.dataDir, 'projects/000000000000/us-east-1/mycluster/myservice/compose.yaml');
    t.match(await readFile(file, 'utf8'), /\n {4}scale: 1\n/);
    const { stdout } = await run('docker', ['compose', '-f', file, 'config', '--services']);
    t.equal(stdout.trim(), 'server');
    t.equal(container?.State, 'running');
    t.equal(container?.Labels['com.amazonaws.ecs.cluster'], 'mycluster');
    await aws(
      sidecar,
      'ecs',
      'delete-service',
      '--cluster',
      'mycluster',
      '--service',
      'myservice',
      '--force',
    );
    await aws(
      sidecar,
      'ecs',
      'wait',
      'services-inactive',
      '--cluster',
      'mycluster',
      '--services',
      'myservice',
    );
    t.same(await containersOf('myfamily'), []);
    await t.rejects(readFile(file), { code: 'ENOENT' });
  },
);

t.test('the same life through boto3, with its waiters', async (t) => {
  await register(sidecar, 'boto', [{ name: 'app', command: FOREVER }]);
  const printed = await python(
    sidecar,
    `
import boto3, json, os
ecs = boto3.client('ecs', endpoint_url=os.environ['ENDPOINT'])
ecs.create_service(serviceName='boto', taskDefinition='boto', desiredCount=2)
ecs.get_waiter('services_stable').wait(services=['boto'])
print(len(ecs.list_tasks(serviceName='boto')['taskArns']))
ecs.update_service(service='boto', desiredCount=0)
ecs.get_waiter('services_stable').wait(services=['boto'])
ecs.delete_service(service='boto')
ecs.get_waiter('services_inactive').wait(services=['boto'])
print(ecs.describe_services(services=['boto'])['services'][0]['status'])
`,
  );
  t.same(printed.trim().split('\n'), ['2', 'INACTIVE']);
});

t.test('tasks that end, are stopped, killed or removed by hand are replaced', async (t) => {
  await create('heals', await register(sidecar, 'heals', [{ name: 'app', command: FOREVER }]), {
    desiredCount: 2,
  });
  await untilStable('heals');
  const first = await containersOf('heals');
  t.equal(first.length, 2);
  await run('docker', ['kill', first[0]!.Id]);
  await run('docker', ['rm', '-f', first[1]!.Id]);
  const replaced = await until('two other containers', async () => {
    const now = await containersOf('heals');
    return now.length === 2 && now.every(({ Id }) => first.every((one) => one.Id !== Id)) && now;
  });
  const taskArn = replaced[0]!.Labels['com.amazonaws.ecs.task-arn']!;
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  await until('the stopped task is replaced', async () => {
    const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'heals' }));
    return taskArns.length === 2 && !taskArns.includes(taskArn);
  });
  await untilStable('heals');
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'heals', force: true }));
});

t.test(
  'a rolling update behind health checks: a client that picks healthy targets is never refused',
  async (t) => {
    const before = await register(sidecar, 'rolls', [web('one')]);
    await create('rolls', before, { desiredCount: 2 });
    await untilStable('rolls');
    const after = await register(sidecar, 'rolls', [web('two')]);
    let refused = 0;
    const answers = new Set<string>();
    const over = new AbortController();
    const client = (async () => {
      while (!over.signal.aborted) {
        const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'rolls' }));
        for (const arn of taskArns) {
          const task = await describeTask(sidecar, arn);
          if (
            task.lastStatus !== 'RUNNING' ||
            task.healthStatus !== 'HEALTHY' ||
            task.desiredStatus !== 'RUNNING'
          )
            continue;
          const port = task.containers?.[0]?.networkBindings?.[0]?.hostPort;
          await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).then(
            async (response) => answers.add((await response.text()).trim()),
            async () => {
              // It may have been told to stop since it was described: then it was no target any more.
              const now = await describeTask(sidecar, arn);
              if (now.desiredStatus === 'RUNNING') refused += 1;
            },
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    for (const taskDefinition of [after, before]) {
      await sidecar.ecs.send(new UpdateServiceCommand({ service: 'rolls', taskDefinition }));
      await untilStable('rolls');
    }
    over.abort();
    await client;
    t.equal(refused, 0);
    t.same([...answers].sort(), ['one', 'two']);
    const told = messages(await describe('rolls'));
    t.match(
      told[0],
      /^\(service rolls\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/,
    );
    t.match(told.at(-2), /^\(service rolls\) \(deployment ecs-svc\/\d+\) deployment completed\.$/);
    t.equal(told.at(-1), '(service rolls) has reached a steady state.');
    await sidecar.ecs.send(new DeleteServiceCommand({ service: 'rolls', force: true }));
  },
);

t.test('the circuit breaker rolls back to what ran, which never stops running', async (t) => {
  const good = await register(sidecar, 'breaks', [{ name: 'app', command: FOREVER }]);
  await create('breaks', good, {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  await untilStable('breaks');
  const [kept] = await containersOf('breaks');
  const bad = await register(sidecar, 'breaks', [{ name: 'app', command: ['sh', '-c', 'exit 1'] }]);
  const { service } = await sidecar.ecs.send(
    new UpdateServiceCommand({ service: 'breaks', taskDefinition: bad }),
  );
  const failing = service?.deployments?.[0]?.id;
  const rolled = await until('the rollback is complete', async () => {
    const now = await describe('breaks');
    return now.taskDefinition === good && now.deployments?.length === 1 && now;
  });
  const told = messages(rolled);
  t.ok(told.includes(`(service breaks) (deployment ${failing}) deployment failed: tasks failed to start.`));
  t.match(told, [/./, /./, /./, /./], 'and more');
  t.ok(told.some((message) => message.startsWith('(service breaks) rolling back to deployment ecs-svc/')));
  t.same(
    (await containersOf('breaks')).map(({ Id }) => Id),
    [kept?.Id],
  );
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'breaks', force: true }));
});

t.test('a task whose check fails is replaced, with its reason', async (t) => {
  const definition = await register(sidecar, 'sick', [
    {
      name: 'app',
      command: ['sh', '-c', 'touch /ok; trap "exit 0" TERM; while :; do sleep 0.1; done'],
      healthCheck: { command: ['CMD-SHELL', 'test -e /ok'], interval: 5, retries: 1, timeout: 2 },
    },
  ]);
  await create('sick', definition);
  await untilStable('sick');
  const [container] = await containersOf('sick');
  const taskArn = container!.Labels['com.amazonaws.ecs.task-arn']!;
  t.equal((await describeTask(sidecar, taskArn)).healthStatus, 'HEALTHY');
  await run('docker', ['exec', container!.Id, 'rm', '/ok']);
  const stopped = await until('the sick task is stopped', async () => {
    const task = await describeTask(sidecar, taskArn);
    return task.desiredStatus === 'STOPPED' && task;
  });
  t.match(stopped, {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed container health checks',
  });
  await untilStable('sick');
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'sick', force: true }));
});

t.test('tasks are reached under their service name, whichever of them is there', async (t) => {
  await create('backend', await register(sidecar, 'backend', [web('hello')]));
  await untilStable('backend');
  const { stdout } = await run('docker', [
    ...['run', '--rm', '--network', sidecar.network, 'busybox', 'wget', '-qO-', 'http://backend/'],
  ]);
  t.equal(stdout.trim(), 'hello');
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'backend', force: true }));
});

t.test('the waiters of the JavaScript SDK', async (t) => {
  await create('waits', await register(sidecar, 'waits', [{ name: 'app', command: FOREVER }]));
  const waiter = { client: sidecar.ecs, maxWaitTime: 90, minDelay: 1, maxDelay: 1 };
  t.equal((await waitUntilServicesStable(waiter, { services: ['waits'] })).state, 'SUCCESS');
  await sidecar.ecs.send(new DeleteServiceCommand({ service: 'waits', force: true }));
  t.equal((await waitUntilServicesInactive(waiter, { services: ['waits'] })).state, 'SUCCESS');
});
