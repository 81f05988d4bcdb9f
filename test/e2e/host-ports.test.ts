import {
  CreateClusterCommand,
  DescribeContainerInstancesCommand,
  ECSClient,
  ListContainerInstancesCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StartTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { freePort } from '../support/free-port.ts';
import { IDLE, lookInto } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { createService, deleteService, describeService, untilStable } from '../support/services.ts';
import { IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { ecs } = sidecar;
const { start, stop } = lookInto(sidecar);

/** A cluster of its own; returns the ARN of the machine as its container instance. */
async function createCluster(clusterName: string, client = ecs): Promise<string> {
  await client.send(new CreateClusterCommand({ clusterName }));
  const { containerInstanceArns } = await client.send(
    new ListContainerInstancesCommand({ cluster: clusterName }),
  );
  return containerInstanceArns?.[0] ?? '';
}

async function takenPorts(cluster: string, arn: string): Promise<readonly string[]> {
  const { containerInstances } = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: [arn] }),
  );
  const resources = containerInstances?.[0]?.remainingResources;
  return resources?.find(({ name }) => name === 'PORTS')?.stringSetValue ?? [];
}

const local = await createCluster('default');
const other = await createCluster('other');
const hostPort = await freePort();
const web = { name: 'web', image: IMAGE, command: IDLE, memory: 32 };
const containerDefinitions = [{ ...web, portMappings: [{ containerPort: 80, hostPort }] }];
const definition = await register(sidecar, 'web', containerDefinitions);
const refused = (arn: string) => ({ tasks: [], failures: [{ arn, reason: 'RESOURCE:PORTS' }] });

t.test('a fixed host port is one task’s on the whole machine, whatever cluster and account', async (t) => {
  const holder = await runTask(sidecar, definition);
  await untilStatus(sidecar, holder.taskArn, 'RUNNING');
  const inOther = { cluster: 'other', taskDefinition: definition };
  t.match(await ecs.send(new RunTaskCommand(inOther)), refused(other));
  t.match(await ecs.send(new StartTaskCommand({ ...inOther, containerInstances: [other] })), refused(other));
  t.ok((await takenPorts('other', other)).includes(String(hostPort)));
  t.ok((await takenPorts('default', local)).includes(String(hostPort)));

  const stranger = new ECSClient({
    endpoint: sidecar.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'test' },
  });
  t.teardown(() => {
    stranger.destroy();
  });
  const instance = await createCluster('default', stranger);
  await stranger.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  t.match(await stranger.send(new RunTaskCommand({ taskDefinition: 'web' })), refused(instance));

  await stop(holder);
  t.notOk((await takenPorts('other', other)).includes(String(hostPort)));
  const next = await runTask(sidecar, definition, { cluster: 'other' });
  await untilStatus(sidecar, next.taskArn, 'RUNNING');

  // A service waits in ECS's words, and starts as soon as the port is free.
  await createService(sidecar, 'waiting', definition);
  const { events } = await until('it is told', async () => {
    const service = await describeService(sidecar, 'waiting');
    return service.events?.length ? service : undefined;
  });
  t.match(events, [
    {
      message: new RegExp(
        `^\\(service waiting\\) was unable to place a task because no container instance met all of its requirements\\. The closest matching \\(container-instance ${local.split('/').at(-1) ?? ''}\\) is already using a port required by your task\\.`,
      ),
    },
  ]);
  await ecs.send(new StopTaskCommand({ cluster: 'other', task: next.taskArn }));
  await untilStable(sidecar, 'waiting');
  await deleteService(sidecar, 'waiting');
});

t.test('of two container instances of a cluster one gets the task: they are one machine', async (t) => {
  const { containerInstance } = await ecs.send(new RegisterContainerInstanceCommand({}));
  const second = containerInstance?.containerInstanceArn ?? '';
  const answer = await ecs.send(
    new StartTaskCommand({ taskDefinition: definition, containerInstances: [local, second] }),
  );
  t.match(answer, { tasks: [{ containerInstanceArn: local }], failures: refused(second).failures });
  await stop({ taskArn: answer.tasks?.[0]?.taskArn ?? '' });
});

t.test('a port that awsvpc’s task is published on is held too', async (t) => {
  const vpc = [{ ...web, portMappings: [{ containerPort: hostPort }] }];
  const holder = await start('vpc', vpc, { networkMode: 'awsvpc' });
  t.match(holder.containers?.[0]?.networkBindings, [{ hostPort }]);
  t.match(
    await ecs.send(new RunTaskCommand({ cluster: 'other', taskDefinition: definition })),
    refused(other),
  );
  await stop(holder);
});
