import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startSidecar } from '../support/sidecar.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-startup-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

type Ended = { code: number; stdout: string; stderr: string };

const ecsidecar = (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      GATEWAY_LISTEN: '127.0.0.1:0',
      ECSIDECAR_DATA_DIR: join(folder, 'data'),
      MAIN_DOCKER_NETWORK: 'bridge',
      LOG_LEVEL: 'silent',
      ...environment,
    };
    execFile(process.execPath, [join(ROOT, 'src/cli/bin.js'), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });

const refusesToStart = async (t: Test, environment: NodeJS.ProcessEnv, text: RegExp): Promise<void> => {
  const { code, stdout, stderr } = await ecsidecar(['start'], environment);
  t.equal(code, 1);
  t.match(stderr, text);
  t.equal(stderr.trim().split('\n').length, 1, 'one line');
  t.equal(stdout, '');
};

t.test('what keeps the sidecar from starting is told in one line, with exit code 1', async (t) => {
  const sidecar = await startSidecar();
  t.teardown(() => sidecar.remove());
  const address = sidecar.url.slice('http://'.length);
  await refusesToStart(t, { GATEWAY_LISTEN: address }, new RegExp(`${address} is in use.*GATEWAY_LISTEN`));
  await refusesToStart(t, { ECSIDECAR_DATA_DIR: sidecar.dataDir }, /Another ecsidecar uses the data folder/);
  await refusesToStart(
    t,
    { DOCKER_HOST: 'unix:///no/such.sock' },
    /engine at unix:\/\/\/no\/such\.sock was not reached.*Start Docker/,
  );
  await refusesToStart(t, { DOCKER_HOST: 'no-address' }, /DOCKER_HOST is "no-address"/);
  const file = join(folder, 'file');
  await writeFile(file, '');
  await refusesToStart(
    t,
    { ECSIDECAR_DATA_DIR: join(file, 'data') },
    /data folder .* cannot be written.*ECSIDECAR_DATA_DIR/,
  );
  await refusesToStart(
    t,
    { ECS_DOCKER_FLAGS: '--no-such-flag' },
    /^ecsidecar: ECS_DOCKER_FLAGS.*--no-such-flag/,
  );
  await refusesToStart(t, { LOG_LEVEL: 'loud' }, /LOG_LEVEL is "loud"/);
});

t.test('a Compose that is too old, or none, is told with what to do', async (t) => {
  const plugins = join(folder, 'config', 'cli-plugins');
  const old = join(plugins, 'docker-compose');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(plugins, { recursive: true });
  await writeFile(old, '#!/bin/sh\necho 2.19.1\n', { mode: 0o755 });
  // Nothing else is to be found: an empty home and no PATH.
  const environment = { DOCKER_CONFIG: join(folder, 'config'), HOME: folder, PATH: '' };
  const { code, stderr } = await ecsidecar(['start'], environment);
  // A machine may have a Compose in a system folder; then that one is used, as Docker would.
  if (code === 1) t.match(stderr, /Docker Compose 2\.24 or newer was not found \(.* is 2\.19\.1\)\. Install/);
  else t.comment('a system-wide Compose was found');
});

t.test('--help, --version and commands that do not exist', async (t) => {
  const help = await ecsidecar(['--help']);
  t.equal(help.code, 0);
  for (const command of ['start', 'render', 'doctor']) t.match(help.stdout, command);
  t.match((await ecsidecar(['start', '--help'])).stdout, /GATEWAY_LISTEN/);
  t.match(await ecsidecar(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ });
  t.match(await ecsidecar(['no-such-command']), { code: 1, stderr: /unknown command/ });
});

t.test('doctor says what is well and what is to be mended', async (t) => {
  const well = await ecsidecar(['doctor'], { ECSIDECAR_DATA_DIR: join(folder, 'new', 'data') });
  t.equal(well.code, 0, well.stdout + well.stderr);
  for (const what of ['engine', 'compose', 'network', 'port', 'data folder', 'credentials']) {
    t.match(well.stdout, new RegExp(`^ok +${what}`, 'm'));
  }
  const ill = await ecsidecar(['doctor'], { DOCKER_HOST: 'unix:///no/such.sock' });
  t.equal(ill.code, 1);
  t.match(ill.stdout, /^FAIL +engine .*Start Docker/m);
});
