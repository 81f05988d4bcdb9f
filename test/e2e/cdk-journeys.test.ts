import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { createCdk } from '../support/cdk.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});

// A developer's folder: the app's command is in its source, as `cdk watch` needs it.
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-cdk-app-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const app = new URL('../support/cdk-app/app.ts', import.meta.url).pathname;
const write = (command: string): Promise<void> =>
  writeFile(
    join(folder, 'app.mjs'),
    `process.env.COMMAND = ${JSON.stringify(command)};\nawait import(${JSON.stringify(app)});\n`,
  );
await writeFile(
  join(folder, 'cdk.json'),
  JSON.stringify({ app: 'node app.mjs', watch: { include: ['app.mjs'] } }),
);

const STACK = 'Journey';
const DEPLOY = ['deploy', '--require-approval', 'never'];
const cdk = await createCdk(t, sidecar, folder);
const running = async (): Promise<readonly { readonly Id: string; readonly Command: string }[]> =>
  sidecar.docker.listContainers({ filters: { label: [sidecar.label, `cdk.test=${STACK}`] } });
const status = async (): Promise<string | undefined> =>
  (await client.send(new DescribeStacksCommand({ StackName: STACK }))).Stacks?.[0]?.StackStatus;

t.test(
  'an update that cannot start says why and goes back, what ran before goes on; then a good one, which looks up a VPC',
  async (t) => {
    await write('exec sleep 1000');
    const first = await cdk(DEPLOY, { STACK });
    t.equal(first.code, 0, first.output);
    t.match(
      first.output,
      /CREATE_IN_PROGRESS.*Cluster Resource creation Initiated[^]*CREATE_COMPLETE.*AWS::ECS::Cluster/,
      'events are shown in the order in which they happened',
    );
    const before = await running();

    await write('echo no queue to listen to; exit 9');
    const failed = await cdk(DEPLOY, { STACK });
    t.not(failed.code, 0);
    t.match(failed.output, /exited\s+with\s+code\s+9\b/);
    t.match(failed.output, 'no queue to listen to');
    t.match(
      (await eventsOf(client, STACK)).find((event) => event.startsWith('Service: UPDATE_FAILED')),
      /Circuit Breaker was triggered.*Container app exited with code 9\. Its last lines: no queue to listen to/,
    );
    t.equal(await status(), 'UPDATE_ROLLBACK_COMPLETE');
    t.strictSame(
      (await running()).map(({ Id }) => Id),
      before.map(({ Id }) => Id),
      'the task of before was never stopped',
    );

    await write('exec sleep 1001');
    const repaired = await cdk(DEPLOY, { STACK, LOOKUP: '1' });
    t.equal(repaired.code, 0, repaired.output);
    t.match(repaired.output, /Journey\.Network = vpc-0\w{16} 3 us-east-1a us-east-1b us-east-1c\n/);
    t.equal(await status(), 'UPDATE_COMPLETE');
  },
);

t.test('cdk watch brings a changed source to the task by hotswap, and shows its log', async (t) => {
  const watch = cdk.start(['watch'], { STACK, LOOKUP: '1' });
  await until(
    'the first deployment of the watch',
    () => Promise.resolve(watch.output().includes(`✅  ${STACK}`)),
    120_000,
  );
  await write('echo told by the watched task; exec sleep 1002');
  await until(
    'the hotswap',
    () => Promise.resolve(/AWS::ECS::Service .* hotswapped!/.test(watch.output())),
    120_000,
  ).catch((error: unknown) => {
    t.fail(`${String(error)}\n${watch.output()}`);
  });
  t.match(
    await until('the new task alone', async () => {
      const found = await running();
      return found.length === 1 && found[0]?.Command;
    }),
    'exec sleep 1002',
  );
  await until('its log', () => Promise.resolve(watch.output().includes('told by the watched task')));
  await watch.end();
  t.equal(await status(), 'UPDATE_COMPLETE', 'the stack knows nothing of it');
  const destroyed = await cdk(['destroy', '--force'], { STACK });
  t.equal(destroyed.code, 0, destroyed.output);
  t.strictSame(await running(), []);
});
