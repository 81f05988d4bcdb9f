import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import t, { type Test } from 'tap';

const SCRIPT = fileURLToPath(new URL('../../examples/getting-started/run.ts', import.meta.url));

/** Runs the quickstart on a data folder, network and port of its own. */
async function quickstart(t: Test, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const network = `ecsidecar-quickstart-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-quickstart-'));
  const dataDir = join(folder, 'data');
  t.teardown(async () => {
    await rm(folder, { recursive: true, force: true });
    await new Docker()
      .getNetwork(network)
      .remove()
      .catch(() => undefined);
  });
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: {
      ...process.env,
      CI: '',
      GATEWAY_LISTEN: '127.0.0.1:0',
      ECSIDECAR_DATA_DIR: dataDir,
      MAIN_DOCKER_NETWORK: network,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const watchers: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    network,
    dataDir,
    ended,
    output: () => output,
    child,
    /** Resolves when the text was printed; rejects when the program ended without. */
    printed: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const watch = (): void => {
          if (output.includes(text)) resolve();
        };
        watchers.push(watch);
        watch();
        void ended.then(() => {
          reject(new Error(`ended without printing "${text}": ${output}`));
        });
      }),
  };
}

const networks = async (): Promise<string[]> => (await new Docker().listNetworks()).map(({ Name }) => Name);

t.test('the quickstart with --exit checks every step, leaves nothing and ends with 0', async (t) => {
  const run = await quickstart(t, ['--exit']);
  t.equal(await run.ended, 0, 'the exit code', { output: run.output() });
  const taskId = /:task\/mycluster\/([0-9a-f]{32})\n/.exec(run.output())?.[1] ?? 'no task id';
  t.match(run.output(), new RegExp(`ecs-myfamily-1-server-${taskId.slice(0, 12)}`), 'the line of docker ps');
  t.match(run.output(), new RegExp(`${taskId}/compose\\.yaml\n`), 'the path of the Compose file');
  t.match(run.output(), / {2}services:\n {4}server:\n/, 'its text');
  t.match(run.output(), new RegExp(`myprefix/server/${taskId} {2}running\n`), 'the log lines');
  t.match(run.output(), /All steps did what they should/);
  t.notOk(existsSync(run.dataDir), 'the data folder is gone');
  t.notOk((await networks()).includes(run.network), 'the network is gone');
});

t.test('without --exit it says what to try next, stays up, and a signal ends it and its task', async (t) => {
  const run = await quickstart(t, []);
  await run.printed('Up until Ctrl-C');
  t.match(run.output(), /aws logs tail myloggroup --follow/);
  const url = /--endpoint-url (http:\S+)/.exec(run.output())?.[1] ?? '';
  t.equal((await fetch(`${url}/_ecsidecar/health`)).status, 200);
  run.child.kill('SIGINT');
  t.equal(await run.ended, 0, 'the exit code', { output: run.output() });
  const id = /:task\/mycluster\/([0-9a-f]{12})/.exec(run.output())?.[1] ?? '';
  const left = await new Docker().listContainers({ all: true });
  t.same(
    left.flatMap(({ Names }) => Names).filter((name) => name.includes(id)),
    [],
  );
});

t.test('a step that fails is named, and the exit code is 1', async (t) => {
  const run = await quickstart(t, ['--exit'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  t.equal(await run.ended, 1);
  t.match(run.output(), /✗ Failed at "start the sidecar"/);
});
