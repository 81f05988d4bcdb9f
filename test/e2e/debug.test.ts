import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RegisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws, python } from '../support/clients.ts';
import { NODE_IMAGE, registerExample } from '../support/examples.ts';
import { until } from '../support/poll.ts';
import { runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const run = promisify(execFile);

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
await aws(sidecar, 'ecs', 'create-cluster');

/** A session with a Node inspector. Source: Chrome DevTools Protocol, Debugger. */
async function inspect(port: number) {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  const messages: { id?: number; method?: string; params?: unknown }[] = [];
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)) as (typeof messages)[number]);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  let id = 0;
  return {
    close: () => {
      socket.close();
    },
    async send(method: string, params: object = {}): Promise<void> {
      const own = (id += 1);
      socket.send(JSON.stringify({ id: own, method, params }));
      await until(`${method} is answered`, () => Promise.resolve(messages.some((one) => one.id === own)));
    },
    event: (method: string) =>
      until(method, () => Promise.resolve(messages.find((one) => one.method === method))),
  };
}

t.test(
  'the example: a breakpoint in the mounted file is hit, also after a reload, at the same port',
  { skip: NODE_IMAGE === undefined && 'there is no image with Node' },
  async (t) => {
    const folder = await registerExample(t, sidecar, 'debug-node', NODE_IMAGE);
    const { taskArn } = await runTask(sidecar, 'debug-node');
    const task = await untilStatus(sidecar, taskArn, 'RUNNING');
    const portOf = (containerPort: number): number =>
      task.containers?.[0]?.networkBindings?.find((one) => one.containerPort === containerPort)?.hostPort ??
      0;
    const web = `http://127.0.0.1:${portOf(8080)}`;
    const answer = (): Promise<string> =>
      fetch(`${web}/x`).then(
        (response) => response.text(),
        () => '',
      );
    await until('it answers', async () => (await answer()) === 'hello from /x\n');

    const { stdout } = await run(process.execPath, ['src/cli/bin.js', 'debug', '--folder', folder], {
      env: sidecar.clientEnvironment,
    });
    t.match(stdout, new RegExp(`^node +127\\.0\\.0\\.1:${portOf(9229)} +debug-node/web\\n`));
    t.match(JSON.parse(await readFile(join(folder, '.vscode/launch.json'), 'utf8')), {
      configurations: [
        {
          name: 'ecsidecar: debug-node/web',
          port: portOf(9229),
          localRoot: '${workspaceFolder}/app',
          remoteRoot: '/app',
        },
      ],
    });
    t.match(
      await readFile(join(folder, '.run/ecsidecar-debug-node-web.run.xml'), 'utf8'),
      `port="${portOf(9229)}"`,
    );

    const stopAtBreakpoint = async (): Promise<void> => {
      const session = await inspect(portOf(9229));
      await session.send('Debugger.enable');
      await session.send('Debugger.setBreakpointByUrl', { urlRegex: '/app/server\\.js$', lineNumber: 5 });
      const answered = answer();
      const { params } = await session.event('Debugger.paused');
      t.match(params, { callFrames: [{ location: { lineNumber: 5 } }] });
      await session.send('Debugger.resume');
      t.match(await answered, 'from /x');
      session.close();
    };
    await stopAtBreakpoint();

    const server = join(folder, 'app/server.js');
    await until('it is watched', () =>
      Promise.resolve(sidecar.output().includes(`watching ${join(folder, 'app')}`)),
    );
    await writeFile(server, (await readFile(server, 'utf8')).replace("'hello'", "'goodbye'"));
    await until('the new one answers', async () => (await answer()) === 'goodbye from /x\n');
    await stopAtBreakpoint();
    await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  },
);

t.test(
  'ecsidecar.debug.wait: the program waits for its debugger, and no check ends it',
  { skip: NODE_IMAGE === undefined && 'there is no image with Node' },
  async (t) => {
    await sidecar.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'waiting',
        containerDefinitions: [
          {
            name: 'app',
            image: NODE_IMAGE,
            memory: 128,
            stopTimeout: 2,
            command: [
              'node',
              '-e',
              "require('fs').writeFileSync('/tmp/up', ''); setInterval(() => {}, 1000)",
            ],
            healthCheck: { command: ['CMD', 'test', '-e', '/tmp/up'], interval: 5, retries: 1 },
            dockerLabels: { 'ecsidecar.debug.wait': 'node', 'ecsidecar.docker-flags': '-p 127.0.0.1:0:9229' },
          },
        ],
      }),
    );
    const { taskArn } = await runTask(sidecar, 'waiting');
    const task = await untilStatus(sidecar, taskArn, 'RUNNING');
    const port = task.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
    const container = sidecar.docker.getContainer(task.containers?.[0]?.runtimeId ?? '');
    // A check that failed within its start period is told nowhere but in its log.
    await until('a check has failed', async () => {
      const { Health: health } = (await container.inspect()).State;
      return health?.Log.some(({ ExitCode }) => ExitCode !== 0);
    });
    t.equal((await untilStatus(sidecar, taskArn, 'RUNNING')).healthStatus, 'UNKNOWN');
    const session = await inspect(port);
    await session.send('Debugger.enable');
    await session.send('Runtime.runIfWaitingForDebugger');
    await session.event('Debugger.paused');
    await session.send('Debugger.resume');
    await until(
      'it is healthy',
      async () => (await untilStatus(sidecar, taskArn, 'RUNNING')).healthStatus === 'HEALTHY',
    );
    session.close();
    await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
  },
);

t.test('ecsidecar debug without anything to attach to, and without a sidecar', async (t) => {
  const debug = (env: NodeJS.ProcessEnv) =>
    run(process.execPath, ['src/cli/bin.js', 'debug', '--print'], { env }).catch(
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
  const other = { ...sidecar.clientEnvironment, AWS_REGION: 'eu-west-1' };
  t.match((await debug(other)).stdout, 'No running task publishes a debugger port or runs .NET');
  const nobody = await debug({ ...process.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
  t.match(nobody, { code: 1, stderr: /no sidecar answers at http:\/\/127\.0\.0\.1:9\. Start it/ });
});

t.test('the bind mount example of boto3', async (t) => {
  const script = await readFile('examples/bind-mount-boto3/run.py', 'utf8');
  const withArgument = `import sys\nsys.argv = ['run.py', 'examples/bind-mount-boto3']\n${script}`;
  t.equal(await python(sidecar, withArgument), 'Hello from a folder of this machine.\n');
});
