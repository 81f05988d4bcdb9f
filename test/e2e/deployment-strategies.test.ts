import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  ContinueServiceDeploymentCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteServiceCommand,
  DeleteTaskSetCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTaskSetsCommand,
  ListTagsForResourceCommand,
  ListTasksCommand,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  UpdateServicePrimaryTaskSetCommand,
  UpdateTaskSetCommand,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { createService, deleteService, describeService, untilStable } from '../support/services.ts';
import { register, startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
await aws(sidecar, 'ecs', 'create-cluster');

const FOREVER = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
const one = (family: string) => register(sidecar, family, [{ name: 'app', command: FOREVER }]);

const containersOf = async (family: string): Promise<string[]> => {
  const containers = await sidecar.docker.listContainers({
    filters: { label: [sidecar.label, `com.amazonaws.ecs.task-definition-family=${family}`] },
  });
  return containers.map(({ Id }) => Id).sort();
};

async function deploymentOf(arn: string | undefined): Promise<ServiceDeployment> {
  const { serviceDeployments } = await sidecar.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn ?? ''] }),
  );
  const deployment = serviceDeployments?.[0];
  if (!deployment) throw new Error(`${arn} is not there`);
  return deployment;
}

t.test(
  'blue/green: both revisions run, a PAUSE hook waits for its answer, then only the new one is left',
  async (t) => {
    await createService(sidecar, 'green', await one('green'), {
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    });
    await untilStable(sidecar, 'green');
    const blue = await containersOf('green');
    const update = () =>
      sidecar.ecs.send(new UpdateServiceCommand({ service: 'green', forceNewDeployment: true }));
    const waiting = (arn: string | undefined) =>
      until('the hook waits', async () => {
        const deployment = await deploymentOf(arn);
        return deployment.lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION' && deployment;
      });

    // The first time the answer is no.
    const refused = (await update()).service?.currentServiceDeployment;
    const paused = await waiting(refused);
    t.match(paused, {
      lifecycleStage: 'POST_SCALE_UP',
      targetServiceRevision: { requestedProductionTrafficWeight: 0 },
    });
    t.equal((await containersOf('green')).length, 2, 'blue and green');
    await sidecar.ecs.send(
      new ContinueServiceDeploymentCommand({
        serviceDeploymentArn: refused,
        hookId: paused.lifecycleHookDetails?.[0]?.hookId,
        action: 'ROLLBACK',
      }),
    );
    await untilStable(sidecar, 'green');
    await until('green is gone', async () => (await containersOf('green')).length === 1);
    t.same(await containersOf('green'), blue, 'blue never stopped');
    t.equal((await deploymentOf(refused)).status, 'ROLLBACK_SUCCESSFUL');

    // The second time it is yes; a kill in between changes nothing.
    const accepted = (await update()).service?.currentServiceDeployment;
    await waiting(accepted);
    await sidecar.kill();
    await sidecar.restart();
    const [hook] = (await waiting(accepted)).lifecycleHookDetails ?? [];
    await sidecar.ecs.send(
      new ContinueServiceDeploymentCommand({ serviceDeploymentArn: accepted, hookId: hook?.hookId }),
    );
    await untilStable(sidecar, 'green');
    t.match(await deploymentOf(accepted), { status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
    t.notSame(await containersOf('green'), blue);
    await deleteService(sidecar, 'green');
  },
);

t.test('canary: the first share of the traffic, its bake time, then all; a stop rolls back', async (t) => {
  await createService(sidecar, 'canary', await one('canary'), {
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 0,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
    },
  });
  await untilStable(sidecar, 'canary');
  const before = await containersOf('canary');
  const { service } = await sidecar.ecs.send(
    new UpdateServiceCommand({ service: 'canary', forceNewDeployment: true }),
  );
  const arn = service?.currentServiceDeployment;
  const shifted = await until('a tenth of the traffic is shifted', async () => {
    const deployment = await deploymentOf(arn);
    return deployment.targetServiceRevision?.requestedProductionTrafficWeight === 10 && deployment;
  });
  t.match(shifted, {
    lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 90 }],
  });
  await sidecar.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
  await untilStable(sidecar, 'canary');
  await until('only the old one is left', async () => (await containersOf('canary')).length === 1);
  t.same(await containersOf('canary'), before);
  await deleteService(sidecar, 'canary');
});

t.test('task sets of the EXTERNAL controller: shares of the desired count, a primary, an end', async (t) => {
  const definition = await one('external');
  await sidecar.ecs.send(
    new CreateServiceCommand({
      serviceName: 'external',
      desiredCount: 2,
      deploymentController: { type: 'EXTERNAL' },
    }),
  );
  const named = { cluster: 'default', service: 'external' };
  const make = async (value: number): Promise<string> => {
    const { taskSet } = await sidecar.ecs.send(
      new CreateTaskSetCommand({ ...named, taskDefinition: definition, scale: { value, unit: 'PERCENT' } }),
    );
    return taskSet?.id ?? '';
  };
  const steady = (id: string, count: number) =>
    until(`${id} is steady with ${count}`, async () => {
      const { taskSets } = await sidecar.ecs.send(new DescribeTaskSetsCommand({ ...named, taskSets: [id] }));
      return taskSets?.[0]?.stabilityStatus === 'STEADY_STATE' && taskSets[0].runningCount === count;
    });
  const first = await make(100);
  await steady(first, 2);
  await sidecar.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...named, primaryTaskSet: first }));
  const second = await make(50);
  await steady(second, 1);
  await sidecar.ecs.send(
    new UpdateTaskSetCommand({ ...named, taskSet: second, scale: { value: 100, unit: 'PERCENT' } }),
  );
  await steady(second, 2);
  t.equal((await containersOf('external')).length, 4);
  await sidecar.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...named, primaryTaskSet: second }));
  await sidecar.ecs.send(new DeleteTaskSetCommand({ ...named, taskSet: first, force: true }));
  await until(
    'the first is gone',
    async () => (await describeService(sidecar, 'external')).taskSets?.length === 1,
  );
  t.equal((await containersOf('external')).length, 2);
  t.match((await describeService(sidecar, 'external')).taskSets, [{ id: second, status: 'PRIMARY' }]);
  await sidecar.ecs.send(new DeleteServiceCommand({ ...named, force: true }));
  await until('nothing is left', async () => (await containersOf('external')).length === 0);
});

t.test('tags go to the tasks as asked; Service Connect names reach whichever task is there', async (t) => {
  const definition = await register(sidecar, 'named', [
    {
      name: 'web',
      command: ['sh', '-c', 'mkdir -p /w; echo found > /w/index.html; exec httpd -f -p 80 -h /w'],
      portMappings: [{ containerPort: 80, name: 'http' }],
    },
  ]);
  await createService(sidecar, 'named', definition, {
    tags: [{ key: 'team', value: 'a' }],
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    serviceConnectConfiguration: {
      enabled: true,
      namespace: 'internal',
      services: [{ portName: 'http', clientAliases: [{ port: 80, dnsName: 'shop.local' }] }],
    },
  });
  await untilStable(sidecar, 'named');
  const taskOf = async (): Promise<string | undefined> =>
    (await sidecar.ecs.send(new ListTasksCommand({ serviceName: 'named' }))).taskArns?.[0];
  const { tags = [] } = await sidecar.ecs.send(
    new ListTagsForResourceCommand({ resourceArn: await taskOf() }),
  );
  t.same(tags.map(({ key, value }) => `${key}=${value}`).sort(), [
    'aws:ecs:clusterName=default',
    'aws:ecs:serviceName=named',
    'team=a',
  ]);
  const get = (host: string): Promise<string> =>
    run('docker', [
      'run',
      '--rm',
      '--network',
      sidecar.network,
      'busybox',
      'wget',
      '-qO-',
      `http://${host}/`,
    ]).then(({ stdout }) => stdout.trim());
  for (const host of ['named', 'named.internal', 'shop.local']) t.equal(await get(host), 'found', host);
  const before = await taskOf();
  await sidecar.ecs.send(new UpdateServiceCommand({ service: 'named', forceNewDeployment: true }));
  await untilStable(sidecar, 'named');
  t.not(await taskOf(), before);
  t.equal(await get('shop.local'), 'found', 'of the task that replaced it');
  await deleteService(sidecar, 'named');
});
