import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { IDLE, lookInto } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { makeImage } from '../support/registry.ts';
import { codeFolder, inGroup, reloading, says } from '../support/reloading.ts';
import { IMAGE, startSidecar } from '../support/sidecar.ts';

const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-overrides-'));
const sidecar = await startSidecar({ ECS_COMPOSE_OVERRIDES: folder });
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true, force: true });
});
const { start, stop, inspect, containersOf } = lookInto(sidecar);
const { untilWatched, untilSaid } = reloading(sidecar);

t.test(
  'a mount that an override adds, or puts in another’s place, is watched: a save restarts',
  async (t) => {
    const [code, library, replaced] = await Promise.all([
      codeFolder(says('mounted')),
      codeFolder('x'),
      codeFolder('x'),
    ]);
    await writeFile(
      join(folder, 'mounted.yaml'),
      `services: {app: {volumes: ["${code}:/code:ro", {type: bind, source: "${library}", target: /lib/own}]}}`,
    );
    const task = await start(
      'mounted',
      [
        {
          name: 'app',
          command: ['sh', '/code/program.sh'],
          portMappings: [{ containerPort: 80 }],
          mountPoints: [{ sourceVolume: 'lib', containerPath: '/lib/own' }],
          logConfiguration: inGroup('mounted'),
        },
      ],
      { volumes: [{ name: 'lib', host: { sourcePath: replaced } }] },
    );
    await untilSaid('mounted', 'mounted');
    await untilWatched(code);
    await untilWatched(library);
    const portBefore = (await inspect(task, 'app')).NetworkSettings.Ports['80/tcp'];
    await writeFile(join(replaced, 'nobody.sh'), 'x');
    await writeFile(join(code, 'program.sh'), says('again'));
    await untilSaid('mounted', 'again');
    await writeFile(join(library, 'lib.sh'), 'x');
    const lines = await untilSaid('mounted', 'again', 2);
    t.same(
      lines.filter((line) => line.startsWith('[ecsidecar] reload')),
      [
        '[ecsidecar] reload (restart): /code/program.sh changed',
        '[ecsidecar] reload (restart): /lib/own/lib.sh changed',
      ],
    );
    t.same((await inspect(task, 'app')).NetworkSettings.Ports['80/tcp'], portBefore, 'the port stays');

    // What the task was started with is watched again after a restart of the sidecar.
    await sidecar.kill();
    await sidecar.restart();
    await untilWatched(code, 2);
    await writeFile(join(code, 'program.sh'), says('third'));
    await untilSaid('mounted', 'third');
    await stop(task);
  },
);

t.test('reload labels that an override sets win over those of the definition', async (t) => {
  const code = await codeFolder('x');
  await writeFile(
    join(folder, 'labelled.yaml'),
    `services: {app: {labels: {ecsidecar.reload: "exec:sh -c 'echo $$HOME > /proc/1/fd/1'"}}}`,
  );
  const task = await start(
    'labelled',
    [
      {
        name: 'app',
        command: IDLE,
        dockerLabels: { 'ecsidecar.reload': 'off' },
        mountPoints: [{ sourceVolume: 'code', containerPath: '/code' }],
        logConfiguration: inGroup('labelled'),
      },
    ],
    { volumes: [{ name: 'code', host: { sourcePath: code } }] },
  );
  await untilWatched(code);
  await writeFile(join(code, 'program.sh'), 'y');
  await untilSaid('labelled', '/root');
  t.equal((await inspect(task, 'app')).RestartCount, 0);
  await stop(task);
});

t.test('an image of ECR that an override names is the local one of its repository and tag', async (t) => {
  const local = `ecsidecar-test/override-${process.pid}:1`;
  const id = await makeImage(sidecar.docker, local, 'own');
  t.teardown(() => sidecar.docker.getImage(local).remove({ force: true }));
  const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/${local}`;
  await writeFile(
    join(folder, 'ecr.yaml'),
    `services: {app: {image: "${image}"}, added: {image: "${image}", command: [sleep, "300"], stop_grace_period: 0s}}`,
  );
  const task = await start('ecr', [{ name: 'app', image: IMAGE, command: IDLE }]);
  t.equal((await inspect(task, 'app')).Image, id);
  // The task runs once the container of its definition does.
  const containers = await until('both run', async () => {
    const running = (await containersOf(task.taskArn)).filter(({ State }) => State === 'running');
    return running.length === 2 && running;
  });
  t.same(
    containers.map(({ ImageID }) => ImageID),
    [id, id],
  );
  await until('it is said', () =>
    Promise.resolve(sidecar.output().includes(`${image} is not pulled, the local ${local} is used`)),
  );
  await stop(task);
});
