import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  DescribeServiceRevisionsCommand,
  ListTasksCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../support/poll.ts';
import { makeImage } from '../support/registry.ts';
import { createService, describeService, untilStable } from '../support/services.ts';
import { describeTask, register, startSidecar } from '../support/sidecar.ts';

const sidecar = await startSidecar();
const image = `ecsidecar-test/consistent-${process.pid}:latest`;
const built: string[] = [];
t.teardown(async () => {
  await sidecar.remove();
  for (const one of [image, ...built])
    await sidecar.docker
      .getImage(one)
      .remove({ force: true })
      .catch(() => undefined);
});

await sidecar.ecs.send(new CreateClusterCommand({}));

const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

const build = async (label: string): Promise<void> => {
  built.push(await makeImage(sidecar.docker, image, label));
};

/** The builds that the running tasks of a service have, each with the name in its container. */
const running = async (serviceName: string): Promise<string[]> => {
  const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ serviceName }));
  const labels = taskArns.map(async (arn) => {
    const { containers = [] } = await describeTask(sidecar, arn);
    t.equal(containers[0]?.image, image, 'the API shows the image of the definition');
    const { Config } = await sidecar.docker.getContainer(containers[0]?.runtimeId ?? '').inspect();
    return `${Config.Labels['test'] ?? ''} as ${Config.Image === image ? 'the tag' : Config.Image}`;
  });
  return (await Promise.all(labels)).sort();
};

const update = async (
  service: string,
  change: Omit<UpdateServiceCommandInput, 'service'>,
): Promise<string[]> => {
  await sidecar.ecs.send(new UpdateServiceCommand({ service, ...change }));
  await untilStable(sidecar, service);
  return running(service);
};

t.test(
  'tasks of a deployment run the image of its first one; a new deployment takes what was built',
  async (t) => {
    await build('first');
    await createService(
      sidecar,
      'enabled',
      await register(sidecar, 'enabled', [{ name: 'app', image, command }]),
    );
    await untilStable(sidecar, 'enabled');
    t.same(await running('enabled'), ['first as the tag']);
    await build('second');
    t.same(await update('enabled', { desiredCount: 2 }), [`first as ${built[0]!}`, 'first as the tag']);

    const { deployments } = await describeService(sidecar, 'enabled');
    t.equal(deployments?.length, 1);
    const { currentServiceRevisions = [] } = await describeService(sidecar, 'enabled');
    const { serviceRevisions = [] } = await sidecar.ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: currentServiceRevisions.map(({ arn = '' }) => arn),
      }),
    );
    t.match(serviceRevisions, [
      { containerImages: [{ containerName: 'app', image, imageDigest: built[0]! }] },
    ]);

    t.same(await update('enabled', { forceNewDeployment: true }), ['second as the tag', 'second as the tag']);
  },
);

t.test('versionConsistency disabled: each task takes what the tag means at its start', async (t) => {
  await build('third');
  const definition = await register(sidecar, 'disabled', [
    { name: 'app', image, command, versionConsistency: 'disabled' },
  ]);
  await createService(sidecar, 'disabled', definition);
  await untilStable(sidecar, 'disabled');
  await build('fourth');
  t.same(await update('disabled', { desiredCount: 2 }), ['fourth as the tag', 'third as the tag']);
});

t.test('a rollback has the images of the deployment that it goes back to', async (t) => {
  await build('fifth');
  const service = 'back';
  await createService(sidecar, service, await register(sidecar, service, [{ name: 'app', image, command }]));
  await untilStable(sidecar, service);
  await build('sixth');
  const broken = await register(sidecar, service, [{ name: 'app', image: 'localhost:1/none:1', command }]);
  const { service: updated } = await sidecar.ecs.send(
    new UpdateServiceCommand({ service, taskDefinition: broken, desiredCount: 2 }),
  );
  const serviceDeploymentArn = updated?.currentServiceDeployment;
  await sidecar.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  await untilStable(sidecar, service);
  const fifth = built.at(-2)!;
  t.same(await running(service), [`fifth as ${fifth}`, 'fifth as the tag']);
});

t.test(
  'a container that is made anew for changed files takes what was built, and so do later tasks',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-recreate-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    await build('seventh');
    const service = 'recreated';
    const definition = await register(
      sidecar,
      service,
      [
        {
          name: 'app',
          image,
          command,
          mountPoints: [{ sourceVolume: 'code', containerPath: '/code' }],
          dockerLabels: { 'ecsidecar.reload': 'recreate' },
        },
      ],
      { volumes: [{ name: 'code', host: { sourcePath: folder } }] },
    );
    await createService(sidecar, service, definition);
    await untilStable(sidecar, service);
    await until('it is watched', () => Promise.resolve(sidecar.output().includes(`watching ${folder}`)));
    await build('eighth');
    await writeFile(join(folder, 'changed'), '');
    // A container that is looked at may just be gone.
    await until('it is made anew', async () =>
      (await running(service).catch(() => []))[0]?.startsWith('eighth'),
    );
    await untilStable(sidecar, service);
    await build('ninth');
    const eighth = built.at(-2)!;
    t.same(await update(service, { desiredCount: 2 }), [`eighth as ${eighth}`, 'eighth as the tag']);
  },
);
