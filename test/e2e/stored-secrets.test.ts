import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { aws, awsJson } from '../support/clients.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());

const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';

t.test('tasks are given parameters, secrets and files that were put into this sidecar', async (t) => {
  await aws(
    sidecar,
    ...['ssm', 'put-parameter', '--name', '/app/level', '--value', 'canary-level', '--type', 'SecureString'],
  );
  const { ARN } = await awsJson<{ ARN: string }>(
    sidecar,
    ...['secretsmanager', 'create-secret', '--name', 'app/db'],
    ...['--secret-string', '{"password":"canary-password"}'],
  );
  await aws(sidecar, 's3', 'mb', 's3://settings');
  await run(
    'sh',
    [
      '-c',
      'echo "FROM_FILE=yes" | "$0" --endpoint-url "$1" s3 cp - s3://settings/app.env',
      process.env['ECSIDECAR_TEST_AWS'] ?? 'aws',
      sidecar.url,
    ],
    {
      env: sidecar.clientEnvironment,
    },
  );
  const definition = await register(
    sidecar,
    'stored',
    [
      {
        name: 'app',
        command: ['sleep', '300'],
        secrets: [
          { name: 'LEVEL', valueFrom: '/app/level' },
          { name: 'PASSWORD', valueFrom: `${ARN}:password::` },
        ],
        environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::settings/app.env' }],
      },
    ],
    { executionRoleArn },
  );
  const { taskArn } = await runTask(sidecar, definition);
  const task = await untilStatus(sidecar, taskArn, 'RUNNING');
  const script = 'printf "%s|%s|%s" "$LEVEL" "$PASSWORD" "$FROM_FILE"';
  const id = task.containers?.[0]?.runtimeId ?? '';
  t.equal((await run('docker', ['exec', id, 'sh', '-c', script])).stdout, 'canary-level|canary-password|yes');
});

t.test('what is stored outlives kill -9, and lies in files of their owner alone and in no log', async (t) => {
  await sidecar.kill();
  await sidecar.restart();
  const { Parameter } = await awsJson<{ Parameter: { Value: string } }>(
    sidecar,
    ...['ssm', 'get-parameter', '--name', '/app/level', '--with-decryption'],
  );
  t.equal(Parameter.Value, 'canary-level');
  const files = (await readdir(sidecar.dataDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const holders: string[] = [];
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    if (!(await readFile(path)).includes('canary')) continue;
    holders.push(entry.name);
    t.equal((await stat(path)).mode & 0o077, 0, `${path} can be read by its owner alone`);
  }
  t.ok(holders.length > 0, 'the values were found where they are stored');
  t.same(
    holders.filter((name) => !name.startsWith('secrets.db')),
    [],
  );
  t.notMatch(sidecar.output(), 'canary');
});

t.test('a parameter that is nowhere is told with where it was looked for', async (t) => {
  const secrets = [{ name: 'X', valueFrom: '/absent' }];
  const definition = await register(sidecar, 'absent', [{ secrets }], { executionRoleArn });
  const { taskArn } = await runTask(sidecar, definition);
  const { stoppedReason } = await untilStatus(sidecar, taskArn, 'STOPPED');
  t.match(
    stoppedReason,
    /invalid ssm parameters: \/absent \(UPSTREAM_ENDPOINT_URL is not set, and it is not in /,
  );
});
