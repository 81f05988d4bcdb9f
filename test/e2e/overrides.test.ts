import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateServiceCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { IMAGE, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-overrides-'));
const secretsFile = `${folder}-secrets.yaml`;
await writeFile(secretsFile, 'parameters: {/s: "a $secret that nobody writes down"}');
const sidecar = await startSidecar({
  ECS_COMPOSE_OVERRIDES: folder,
  ECS_SECRETS_FILE: secretsFile,
  FROM_SIDECAR: 'by the sidecar',
});
const { docker, ecs } = sidecar;
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true, force: true });
  await rm(secretsFile);
});
t.afterEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
});

const IDLE = ['sleep', '300'];

async function override(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** Runs a task of one family and waits until it runs. */
async function running(definition: string, more = {}): Promise<string> {
  const { taskArn } = await runTask(sidecar, definition, more);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  return taskArn;
}

async function stop(task: string): Promise<void> {
  await ecs.send(new StopTaskCommand({ task, cluster: task.split('/')[1] }));
  await untilStatus(sidecar, task, 'STOPPED');
}

const ofTask = (taskArn: string) => ({
  all: true,
  filters: { label: [`com.amazonaws.ecs.task-arn=${taskArn}`] },
});

/** Containers of a task, by their service in its project. */
async function containers(taskArn: string) {
  const found = await docker.listContainers(ofTask(taskArn));
  // One that is being made is listed before it can be inspected.
  const inspected = await Promise.all(
    found.map(({ Id }) =>
      docker
        .getContainer(Id)
        .inspect()
        .catch(() => undefined),
    ),
  );
  return Object.fromEntries(
    inspected
      .filter((one) => one !== undefined)
      .map((one) => [one.Config.Labels['com.docker.compose.service'] ?? '', one]),
  );
}

/** Those of a task once these are among them as they should be: what overrides add may come after the task runs. */
const untilThere = (taskArn: string, states: Readonly<Record<string, string>>) =>
  until(`${taskArn} has ${JSON.stringify(states)}`, async () => {
    const all = await containers(taskArn);
    return Object.entries(states).every(([name, state]) => all[name]?.State.Status === state) && all;
  });

const variables = (container: { Config: { Env: string[] } } | undefined): Record<string, string> =>
  Object.fromEntries(
    (container?.Config.Env ?? []).map((one) => [
      one.slice(0, one.indexOf('=')),
      one.slice(one.indexOf('=') + 1),
    ]),
  );

t.test('files for all, for a family and for a service are merged, the widest first', async (t) => {
  await override(
    'all.yaml',
    'services: {c0: {environment: {ALL: "1", FAMILY: all, SERVICE: all, OWN: "${FROM_SIDECAR}"}, hostname: of-all}}',
  );
  await override('levels.yml', 'services: {c0: {environment: {FAMILY: "2", SERVICE: family}}}');
  await override('default/web.yaml', 'services: {c0: {environment: {SERVICE: "3"}}}');
  await override('other/web.yaml', 'services: {c0: {environment: {SERVICE: of another cluster}}}');
  await override('levels-2.yaml', 'services: {c0: {environment: {SERVICE: of another family}}}');
  const definition = await register(sidecar, 'levels', [
    { command: IDLE, environment: [{ name: 'OWN', value: 'definition' }] },
  ]);

  const task = await running(definition);
  const { c0 } = await containers(task);
  t.match(variables(c0), { ALL: '1', FAMILY: '2', SERVICE: 'family', OWN: 'by the sidecar' });
  t.equal(c0?.Config.Hostname, 'of-all');
  await stop(task);

  await ecs.send(
    new CreateServiceCommand({ serviceName: 'web', taskDefinition: definition, desiredCount: 1 }),
  );
  const ofService = await until('the task of the service', async () => {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ serviceName: 'web' }));
    return taskArns[0];
  });
  await untilStatus(sidecar, ofService, 'RUNNING');
  t.match(variables((await containers(ofService))['c0']), { ALL: '1', FAMILY: '2', SERVICE: '3' });
});

t.test('a service that an override adds comes with the task and goes with it', async (t) => {
  await override(
    'extra.yaml',
    `
services:
  c1:
    depends_on: {db: {condition: service_healthy}}
  db:
    image: ${IMAGE}
    command: [sh, -c, "trap 'exit 0' TERM; touch /data/up; while :; do sleep 0.1; done"]
    healthcheck: {test: [CMD, test, -e, /data/up], interval: 200ms}
    volumes: [data:/data]
  job:
    image: ${IMAGE}
    command: ["true"]
volumes: {data: {}}
`,
  );
  const definition = await register(sidecar, 'extra', [
    { command: ['true'], essential: false },
    { command: IDLE, dependsOn: [{ containerName: 'c0', condition: 'SUCCESS' }] },
  ]);
  const task = await running(definition);
  const { db, job, c1 } = await untilThere(task, { db: 'running', job: 'exited' });
  const ecsTask = await untilStatus(sidecar, task, 'RUNNING');
  t.strictSame(
    ecsTask.containers?.map(({ name }) => name),
    ['c0', 'c1'],
    'to ECS it is no container of the task',
  );
  t.equal(job?.RestartCount, 0);
  t.ok(Date.parse(c1?.State.StartedAt ?? '') >= Date.parse(job?.State.StartedAt ?? ''));
  t.equal(
    (await containers(task))['job']?.State.StartedAt,
    job?.State.StartedAt,
    'what ended is not run again',
  );

  const project = db?.Config.Labels['com.docker.compose.project'];
  const filters = { label: [`com.docker.compose.project=${project}`] };
  t.equal((await docker.listVolumes({ filters })).Volumes.length, 1);
  await stop(task);
  t.strictSame(await docker.listContainers(ofTask(task)), []);
  t.strictSame((await docker.listVolumes({ filters })).Volumes, []);
});

t.test('an added service shares the network of an awsvpc task; secrets stay out of all files', async (t) => {
  await override(
    'vpc.yaml',
    `
services:
  c0: {environment: {ALSO: "1"}}
  web: {image: "${IMAGE}", network_mode: "service:ecs.pause", command: [sh, -c, "echo hello >/index.html; exec httpd -f -h / -p 8081"], stop_grace_period: 0s}
`,
  );
  const fetched =
    'until wget -q -O /said http://localhost:8081/index.html; do sleep 0.1; done; exec sleep 300';
  const secrets = [{ name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/s' }];
  const definition = await register(sidecar, 'vpc', [{ command: ['sh', '-c', fetched], secrets }], {
    networkMode: 'awsvpc',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
  });
  const task = await running(definition, VPC);
  const { c0 } = await containers(task);
  t.match(variables(c0), { ALSO: '1', S: 'a $secret that nobody writes down' });
  const exec = promisify(execFile);
  await until('it is answered on localhost', () =>
    exec('docker', ['exec', c0?.Id ?? '', 'cat', '/said']).then(
      ({ stdout }) => stdout === 'hello\n',
      () => false,
    ),
  );
  const files = await readdir(join(sidecar.dataDir, 'projects'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile()))
    t.notMatch(await readFile(join(file.parentPath, file.name), 'utf8'), 'nobody writes down', file.name);
  t.notMatch(sidecar.output(), 'nobody writes down');
  await stop(task);
  t.strictSame(await docker.listContainers(ofTask(task)), []);
});

t.test('no override takes a container away from the sidecar, or drives it in its place', async (t) => {
  await override(
    'tags.yaml',
    `
services:
  c0:
    container_name: !reset null
    labels: !override {mine: "1"}
    scale: 0
    restart: always
    profiles: [never]
    deploy: {replicas: 3, restart_policy: {condition: any}}
  c1: {labels: !reset null, deploy: {replicas: 0}, command: ["true"], image: "${IMAGE}"}
`,
  );
  const definition = await register(
    sidecar,
    'tags',
    [
      { command: IDLE, image: 'registry.invalid/never:pulled', dockerLabels: { theirs: '1' } },
      { command: IDLE, essential: false },
    ].map((one, index) => (index === 0 ? { ...one, image: IMAGE } : one)),
  );
  const task = await running(definition);
  const { c0 } = await containers(task);
  t.match(c0?.Config.Labels, { mine: '1', 'com.amazonaws.ecs.container-name': 'c0' });
  t.equal(c0?.Config.Labels['theirs'], undefined);
  t.equal(c0?.Name, `/ecs-tags-1-c0-${task.split('/')[2]?.slice(0, 12)}`);
  t.equal(c0?.HostConfig.RestartPolicy?.Name, 'no');
  await until('c1 has ended', async () => (await containers(task))['c1']?.State.Status === 'exited');
  await stop(task);
  t.strictSame(await docker.listContainers(ofTask(task)), []);
});

t.test('an image of an override is the one that is looked for', async (t) => {
  await override('image.yaml', `services: {c0: {image: "${IMAGE}"}}`);
  const definition = await register(sidecar, 'image', [
    { command: IDLE, image: 'registry.invalid/never:pulled' },
  ]);
  await stop(await running(definition));

  await override('image.yaml', 'services: {db: {image: "registry.invalid/never:there"}}');
  const { taskArn } = await runTask(sidecar, await register(sidecar, 'image', [{ command: IDLE }]));
  const { stoppedReason } = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(stoppedReason, /^CannotPullContainerError: .*registry\.invalid/);
});

t.test("a broken override stops its task with Compose's words, and no other", async (t) => {
  const cases: [what: string, text: string, reason: RegExp][] = [
    ['YAML', 'services:\n  c0: [', /^ResourceInitializationError: failed to parse FILE: yaml: line 2: /],
    [
      'an unknown key',
      'services: {c0: {imago: x}}',
      /^ResourceInitializationError: validating FILE: services\.c0 .*imago/,
    ],
    [
      'an unknown service',
      'services: {nosuch: {hostname: x}}',
      /^ResourceInitializationError: FILE: service "nosuch" has neither an image nor a build context/,
    ],
    [
      'a service taken away',
      'services: {c0: !reset null}',
      /^ResourceInitializationError: FILE: service "c0" has neither an image/,
    ],
    [
      'interpolation',
      'services: {c0: {hostname: "${"}}',
      /^ResourceInitializationError: .*invalid interpolation format/,
    ],
    [
      'an image to be built',
      'services: {c0: {image: !reset null, build: .}}',
      /^CannotCreateContainerError: .*[Nn]o such image/,
    ],
    [
      'a file that is not there',
      'services: {c0: {env_file: ./absent.env}}',
      /^ResourceInitializationError: .*absent\.env/,
    ],
  ];
  const definition = await register(sidecar, 'broken', [
    { command: IDLE, image: 'registry.invalid/never:pulled' },
  ]);
  const other = await register(sidecar, 'whole', [{ command: IDLE }]);
  for (const [what, text, reason] of cases) {
    await override('broken.yaml', text);
    const [{ taskArn }, healthy] = await Promise.all([runTask(sidecar, definition), running(other)]);
    const task = await untilStatus(sidecar, taskArn, 'STOPPED');
    t.equal(task.stopCode, 'TaskFailedToStart', what);
    t.match(task.stoppedReason?.replaceAll(join(folder, 'broken.yaml'), 'FILE'), reason, what);
    await stop(healthy);
  }
  t.match(sidecar.output(), /"level":40.*validating .*broken\.yaml/, 'it is in the log');
});

t.test('a changed file is for the next task; relative paths go from the folder', async (t) => {
  await override('next.yaml', 'services: {c0: {environment: {V: "1"}, volumes: ["./shared:/shared"]}}');
  await override('shared/hello', 'from the folder');
  const definition = await register(sidecar, 'next', [
    { command: ['sh', '-c', 'until [ -e /shared/go ]; do sleep 0.1; done'], essential: false },
    { command: IDLE, dependsOn: [{ containerName: 'c0', condition: 'SUCCESS' }] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await until('c0 runs', async () => (await containers(taskArn))['c0']?.State.Running);
  await override('next.yaml', 'services: {c0: {environment: {V: "2"}}, c1: {environment: {V: "2"}}}');
  await override('shared/go', '');
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const { c0, c1 } = await containers(taskArn);
  t.equal(variables(c0)['V'], '1');
  t.equal(variables(c1)['V'], undefined, 'all containers of a task are of one project');
  t.equal(c0?.Mounts[0]?.Source, join(folder, 'shared'));

  await override('shared/go', '');
  const next = await running(await register(sidecar, 'next', [{ command: IDLE }, { command: IDLE }]));
  t.equal(variables((await containers(next))['c1'])['V'], '2');

  const project = c0?.Config.Labels['com.docker.compose.project.config_files']?.split(',') ?? [];
  t.match(
    await readFile(project[0] ?? '', 'utf8'),
    `docker compose --project-directory ${folder} -f compose.yaml -f overrides/1-next.yaml -f overrides/last.yaml up\n`,
  );
});

t.test('after a kill -9 at any moment the task has its override, once, and leaves nothing', async (t) => {
  await override(
    'killed.yaml',
    `services: {c0: {environment: {V: "1"}}, c1: {environment: {V: "1"}}, db: {image: "${IMAGE}", command: [sleep, "300"], stop_grace_period: 0s}}`,
  );
  const definition = await register(sidecar, 'killed', [{ command: IDLE }, { command: IDLE }]);
  for (const moment of ['overrides.new', 'overrides', 'compose.yaml', 'c0', 'db']) {
    const { taskArn } = await runTask(sidecar, definition);
    const path = join(
      sidecar.dataDir,
      'projects/000000000000/us-east-1/default/standalone',
      taskArn.split('/')[2] ?? '',
    );
    await until(moment, async () => {
      if (moment === 'c0' || moment === 'db') return (await containers(taskArn))[moment] !== undefined;
      return (await readdir(path).catch((): string[] => [])).includes(moment);
    });
    await sidecar.kill();
    await sidecar.restart();
    await untilStatus(sidecar, taskArn, 'RUNNING');
    const { c0, c1 } = await untilThere(taskArn, { c0: 'running', c1: 'running', db: 'running' });
    const all = await docker.listContainers(ofTask(taskArn));
    t.strictSame(
      all.map(({ Labels }) => Labels['com.docker.compose.service']).sort(),
      ['c0', 'c1', 'db'],
      moment,
    );
    t.strictSame([variables(c0)['V'], variables(c1)['V']], ['1', '1'], moment);
    await stop(taskArn);
    t.strictSame(await docker.listContainers(ofTask(taskArn)), []);
  }
});

t.test('an added service whose task is not known any more is removed', async (t) => {
  await override('lost.yaml', `services: {db: {image: "${IMAGE}", command: [sleep, "300"]}}`);
  const task = await running(await register(sidecar, 'lost', [{ command: IDLE }]));
  const { c0 } = await untilThere(task, { db: 'running' });
  await sidecar.kill();
  await docker.getContainer(c0?.Id ?? '').remove({ force: true });
  for (const file of (await readdir(sidecar.dataDir)).filter((name) => name.startsWith('state.db')))
    await rm(join(sidecar.dataDir, file));
  await sidecar.restart();
  const left = () => docker.listContainers(ofTask(task));
  await until('nothing of it is left', async () => (await left()).length === 0);
  t.strictSame(await left(), []);
});
