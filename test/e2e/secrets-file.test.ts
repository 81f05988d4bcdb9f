import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateServiceCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { until } from '../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { secretArn } from '../support/upstream.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-secrets-'));
const file = join(folder, 'secrets.yaml');
await writeFile(
  file,
  `# Values of an example.
secrets:
  prod/db: { user: me, password: 'canary $x' }
parameters:
  /prod/level: debug
files:
  bucket/app.env: ./app.env
`,
  { mode: 0o644 },
);
await writeFile(join(folder, 'app.env'), 'FROM_FILE=yes\n');
const sidecar = await startSidecar({ ECS_SECRETS_FILE: file });
t.teardown(async () => {
  await sidecar.remove();
  await rm(folder, { recursive: true });
});

const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';
const container = {
  name: 'app',
  command: ['sleep', '300'],
  secrets: [
    { name: 'PASSWORD', valueFrom: `${secretArn('prod/db')}:password::` },
    { name: 'LEVEL', valueFrom: '/prod/level' },
  ],
  environmentFiles: [{ type: 's3' as const, value: 'arn:aws:s3:::bucket/app.env' }],
};

const printed = async (runtimeId: string | undefined): Promise<string> => {
  const script = 'printf "%s|%s|%s" "$PASSWORD" "$LEVEL" "$FROM_FILE"';
  return (await run('docker', ['exec', runtimeId!, 'sh', '-c', script])).stdout;
};

t.test(
  'without an upstream, tasks are given what a local file has; an edit counts for the next task',
  async (t) => {
    const definition = await register(sidecar, 'local', [container], { executionRoleArn });
    const first = await runTask(sidecar, definition);
    const before = await untilStatus(sidecar, first.taskArn, 'RUNNING');
    t.equal(await printed(before.containers?.[0]?.runtimeId), 'canary $x|debug|yes');
    await writeFile(file, (await readFile(file, 'utf8')).replace('debug', 'info'));
    const second = await runTask(sidecar, definition);
    const after = await untilStatus(sidecar, second.taskArn, 'RUNNING');
    t.equal(await printed(after.containers?.[0]?.runtimeId), 'canary $x|info|yes');
    t.match(sidecar.output(), `${file} holds secrets and can be read by others`);
    t.notMatch(sidecar.output(), /canary/);
  },
);

t.test('what the file does not have is told with the way out', async (t) => {
  const secrets = [{ name: 'S', valueFrom: '/absent' }];
  const definition = await register(sidecar, 'absent', [{ ...container, secrets }], { executionRoleArn });
  const { taskArn } = await runTask(sidecar, definition);
  const { stoppedReason = '' } = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.equal(
    stoppedReason,
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /absent (UPSTREAM_ENDPOINT_URL is not set, and it is not in ${file})`,
  );
});

t.test(
  "a service's own project has no value, and takes those of the environment of who runs it",
  async (t) => {
    const taskDefinition = await register(sidecar, 'served', [container], { executionRoleArn });
    await sidecar.ecs.send(new CreateServiceCommand({ serviceName: 'web', taskDefinition, desiredCount: 0 }));
    const path = join(sidecar.dataDir, 'projects/000000000000/us-east-1/default/web/compose.yaml');
    const text = await until('the file is there', () => readFile(path, 'utf8').catch(() => undefined));
    t.notMatch(text, /canary/);
    t.match(text, '#   app: arn:aws:s3:::bucket/app.env');
    const { stdout } = await run('docker', ['compose', '-f', path, 'config', '--format', 'json'], {
      env: { ...process.env, ECSIDECAR_ENV_app__PASSWORD: 'mine' },
    });
    const { services } = JSON.parse(stdout) as { services: Record<string, { environment: object }> };
    t.match(services['app']?.environment, { PASSWORD: 'mine', LEVEL: '' });
  },
);
