import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import type { Change, TaskProject, TaskUsage } from '../../../src/model/console-ports.ts';
import { until } from '../../support/poll.ts';
import { readFrames } from '../../support/server-sent-events.ts';
import { register, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar({ ECS_DOCKER_FLAGS: '-l private=word-of-an-option' });
t.teardown(() => sidecar.remove());
const api = `${sidecar.url}/_ecsidecar/api`;
const arnStart = 'arn:aws:ecs:us-east-1:000000000000:';

const readJson = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${api}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};

t.test('what clients create is told within a second', async (t) => {
  const reader = await readFrames(`${api}/changes`);
  const told = (kind: Change['kind'], arn: string): Promise<unknown> =>
    until(
      `${kind} ${arn}`,
      () =>
        reader.frames.some(({ event, data }) => {
          const change = data as Change;
          return event === 'change' && change.kind === kind && change.arn === arn;
        }),
      1000,
    );
  await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await told('cluster', `${arnStart}cluster/shop`);
  const definition = await register(sidecar, 'told', [{ command: ['sleep', '600'] }]);
  await told('taskDefinition', definition);
  const { tasks } = await sidecar.ecs.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'told' }));
  const arn = tasks?.[0]?.taskArn ?? '';
  await told('task', arn);
  await sidecar.ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'web',
      taskDefinition: 'told',
      desiredCount: 1,
    }),
  );
  await told('service', `${arnStart}service/shop/web`);
  await untilStatus(sidecar, arn, 'RUNNING');
  t.notOk(reader.frames.some(({ event }) => event === 'reset'));
  reader.close();
  await sidecar.ecs.send(new DeleteServiceCommand({ cluster: 'shop', service: 'web', force: true }));
  await sidecar.ecs.send(new StopTaskCommand({ cluster: 'shop', task: arn }));
});

t.test('info tells where everything is, and no value of an option', async (t) => {
  const info = await readJson<Record<string, unknown>>('/info');
  t.match(info, { dataDir: sidecar.dataDir, endpoint: sidecar.url, health: { executor: 'docker' } });
  t.ok((info['options'] as string[]).includes('MAIN_DOCKER_NETWORK'));
  t.notMatch(JSON.stringify(info), 'word-of-an-option');
  const doctor = await readJson<{ ok: boolean; findings: { what: string; ok: boolean }[] }>('/doctor');
  t.match(
    doctor.findings.map(({ what }) => what),
    ['settings', 'engine', 'compose', 'network', 'credentials', 'port', 'data folder'],
  );
  t.equal(doctor.ok, true, JSON.stringify(doctor));
});

/** As an SDK without credentials calls it. */
async function call<T>(target: string, input: object): Promise<T> {
  const answer = await fetch(sidecar.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(input),
  });
  return (await answer.json()) as T;
}

t.test('a running task: its files, its details without the secret, and what it uses', async (t) => {
  const code = t.testdir({ 'app.py': 'print(1)' });
  const secret = 'correct horse battery staple';
  const { ARN: valueFrom } = await call<{ ARN: string }>('secretsmanager.CreateSecret', {
    Name: 'db',
    SecretString: secret,
    ClientRequestToken: 'x'.repeat(32),
  });
  await register(
    sidecar,
    'worker',
    [
      {
        name: 'app',
        command: ['sh', '-c', 'echo "$DB"; while :; do :; done'],
        memory: 64,
        environment: [{ name: 'COLOUR', value: '<script>$HOME</script>' }],
        secrets: [{ name: 'DB', valueFrom }],
        portMappings: [{ containerPort: 80 }],
        healthCheck: { command: ['CMD-SHELL', 'echo "is $DB"'], interval: 5 },
        mountPoints: [{ sourceVolume: 'code', containerPath: '/code', readOnly: true }],
      },
    ],
    {
      executionRoleArn: 'arn:aws:iam::000000000000:role/r',
      volumes: [{ name: 'code', host: { sourcePath: code } }],
    },
  );
  const { tasks } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: 'worker' }));
  const arn = tasks?.[0]?.taskArn ?? '';
  await untilStatus(sidecar, arn, 'RUNNING');
  const task = `/tasks/${encodeURIComponent(arn)}`;

  const project = await readJson<TaskProject>(`${task}/compose`);
  const [file] = project.files;
  if (!file) throw new Error('there is no file');
  t.equal(file.text, await readFile(file.path, 'utf8'));
  t.ok(file.path.startsWith(`${project.folder}/`));
  t.notMatch(JSON.stringify(project), secret);
  t.equal(project.command, 'docker compose up');
  const { stdout } = await promisify(execFile)('docker', ['compose', '-f', file.path, 'config'], {
    env: { ...process.env, ECSIDECAR_ENV_app__DB: 'by hand' },
  });
  t.match(stdout, 'by hand');

  const details = await until('a health check was done', async () => {
    const answer = await readJson<{ containers: Record<string, unknown>[]; timeLine: { what: string }[] }>(
      `${task}/details`,
    );
    return (answer.containers[0]?.['healthLog'] as unknown[]).length > 0 && answer;
  });
  t.notMatch(JSON.stringify(details), secret);
  t.same(
    details.timeLine.map(({ what }) => what),
    ['created', 'connected', 'pullStarted', 'pullStopped', 'containerStarted', 'started'],
  );
  const [app] = details.containers;
  const environment = new Map(
    (app?.['environment'] as { name: string; value?: string }[]).map(({ name, value }) => [name, value]),
  );
  t.equal(environment.get('COLOUR'), '<script>$HOME</script>');
  t.ok(environment.has('DB'));
  t.equal(environment.get('DB'), undefined);
  t.equal(environment.get('AWS_SECRET_ACCESS_KEY'), undefined);
  t.equal(environment.get('AWS_ENDPOINT_URL')?.startsWith('http://'), true);
  t.match(environment.get('PATH'), /bin/, 'what the image says is shown');
  t.match(app, {
    healthLog: [{ exitCode: 0, output: 'is ***\n' }],
    mounts: [{ hostPath: code, containerPath: '/code', readOnly: true, isWatched: true }],
    ports: [{ containerPort: 80, url: /^http:\/\/127\.0\.0\.1:\d+$/ }],
    restartCount: 0,
  });
  const container = sidecar.docker.getContainer(String(app?.['dockerId']));
  t.equal((await container.inspect()).Name, `/${String(app?.['dockerName'])}`);

  await writeFile(join(code, 'app.py'), 'print(2)');
  const reloaded = await until('the reload is told', async () => {
    const { reloads } = await readJson<{ reloads: { status: string }[] }>(`${task}/details`);
    return reloads[0]?.status === 'DONE' && reloads;
  });
  t.match(reloaded, [
    { containerName: 'app', action: 'restart', files: ['/code/app.py'], fileCount: 1, durationMs: Number },
  ]);
  t.equal(reloaded.length, 1);

  const stats = await readFrames(`${api}${task}/stats`);
  await until('CPU is known', () =>
    stats.frames.some(({ data }) => ((data as TaskUsage).containers[0]?.cpuPercent ?? 0) > 1),
  );
  const usage = (stats.frames.at(-1)?.data as TaskUsage).containers[0];
  t.ok((usage?.memoryBytes ?? 0) > 0);
  t.equal(usage?.memoryLimitBytes, 64 * 1024 * 1024);
  await sidecar.ecs.send(new StopTaskCommand({ task: arn }));
  await stats.ended;
  t.equal(stats.frames.at(-1)?.event, 'end');
  const stopped = await readJson<Record<string, unknown>>(`${task}/details`);
  t.match(stopped, { stoppedReason: 'Task stopped by user', containers: [{ lastStatus: 'STOPPED' }] });
  t.equal((await readJson<TaskProject>(`${task}/compose`)).files[0]?.text, file.text, 'its file stays');
});

t.test('a preview is what render prints; what AWS refuses is refused in its words', async (t) => {
  const preview = (input: object): Promise<Response> =>
    fetch(`${api}/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
  const text = '<script>alert(1)</script>';
  const input = {
    family: 'previewed',
    containerDefinitions: [{ name: 'app', image: 'busybox', memory: 16, command: ['echo', text] }],
  };
  const answer = await preview(input);
  t.equal(answer.status, 200);
  const { compose, notes } = (await answer.json()) as { compose: string; notes: string[] };
  t.same(notes, []);
  const rendered = promisify(execFile)(process.execPath, ['src/cli/bin.js', 'render', '-'], {
    env: {
      ...process.env,
      MAIN_DOCKER_NETWORK: sidecar.network,
      ECSIDECAR_DATA_DIR: sidecar.dataDir,
      ECS_DOCKER_FLAGS: '-l private=word-of-an-option',
    },
  });
  rendered.child.stdin?.end(JSON.stringify(input));
  t.equal(compose, (await rendered).stdout);
  t.match(compose, JSON.stringify(text));
  const refused = await preview({ family: text, containerDefinitions: input.containerDefinitions });
  t.equal(refused.status, 400);
  const error = (await refused.json()) as { __type: string; message: string };
  const aws = await call<{ __type: string; message: string }>(
    'AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition',
    { family: text, containerDefinitions: input.containerDefinitions },
  );
  t.equal(error.message, aws.message);
  t.match(error.message, /Family contains invalid characters|invalid/i);
});
