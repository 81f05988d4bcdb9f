import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { PAUSE_IMAGE } from '../../../src/executors/compose/pause-image.ts';
import { until } from '../../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const VPC = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };
/** Lives until it is told to end, and answers each connection to the port with the text. */
const serve = (port: number, text: string): string[] => [
  'sh',
  '-c',
  `trap "exit 0" TERM; while :; do echo ${text} | nc -l -p ${port}; done & wait`,
];
const idle = ['sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'];

/** Registers, runs and waits until it runs. */
async function start(
  family: string,
  containers: readonly Partial<ContainerDefinition>[],
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
): Promise<Task & { taskArn: string }> {
  const definition = await register(sidecar, family, containers, more);
  const { taskArn } = await runTask(sidecar, definition, more.networkMode === 'awsvpc' ? VPC : {});
  return { ...(await untilStatus(sidecar, taskArn, 'RUNNING')), taskArn };
}

async function stop(taskArn: string): Promise<void> {
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  await untilStatus(sidecar, taskArn, 'STOPPED');
}

const idOf = (task: Task, name: string): string =>
  task.containers?.find((one) => one.name === name)?.runtimeId ?? '';

async function inside(task: Task, name: string, ...command: string[]): Promise<string> {
  const { stdout } = await run('docker', ['exec', idOf(task, name), ...command]);
  return stdout.trim();
}

const containersOf = (taskArn: string) =>
  sidecar.docker.listContainers({
    all: true,
    filters: { label: [sidecar.label, `com.amazonaws.ecs.task-arn=${taskArn}`] },
  });

const pauseOf = async (taskArn: string) => {
  const found = (await containersOf(taskArn)).find(
    ({ Labels }) => Labels['com.amazonaws.ecs.container-name'] === '~internal~ecs~pause',
  );
  return sidecar.docker.getContainer(found?.Id ?? '').inspect();
};

t.test('awsvpc: the containers of a task reach each other on localhost', async (t) => {
  const task = await start(
    'vpc',
    [
      { name: 'web', command: serve(8085, 'hello'), portMappings: [{ containerPort: 8085 }] },
      { name: 'side', command: idle },
    ],
    { networkMode: 'awsvpc' },
  );
  const answer = await until('the other container answers', () =>
    inside(task, 'side', 'nc', '127.0.0.1', '8085').catch(() => undefined),
  );
  t.equal(answer, 'hello');
  const pause = await pauseOf(task.taskArn);
  t.equal(pause.Config.Image, PAUSE_IMAGE);
  const network = pause.NetworkSettings.Networks[sidecar.network];
  const attachment = task.attachments?.[0];
  t.match(attachment, { type: 'ElasticNetworkInterface', status: 'ATTACHED', id: /^[0-9a-f-]{36}$/ });
  const details = new Map((attachment?.details ?? []).map(({ name, value }) => [name, value]));
  t.match(Object.fromEntries(details), {
    subnetId: 'subnet-1',
    networkInterfaceId: /^eni-[0-9a-f]{17}$/,
    macAddress: network?.MacAddress,
    privateIPv4Address: network?.IPAddress,
    privateDnsName: pause.Name.slice(1),
  });
  for (const container of task.containers ?? []) {
    t.same(container.networkInterfaces, [
      { attachmentId: attachment?.id, privateIpv4Address: network?.IPAddress },
    ]);
  }
  t.match(task.containers?.find(({ name }) => name === 'web')?.networkBindings, [
    { containerPort: 8085, hostPort: 8085, protocol: 'tcp', bindIP: '0.0.0.0' },
  ]);
  t.same(task.containers?.find(({ name }) => name === 'side')?.networkBindings, []);
  await stop(task.taskArn);
  t.same(await containersOf(task.taskArn), [], 'the pause container goes with them');
});
