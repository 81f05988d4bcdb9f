import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';
import { secretArn, startUpstream } from '../../support/upstream.ts';

const run = promisify(execFile);
const upstream = await startUpstream();
const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstream.url });
t.teardown(async () => {
  upstream.close();
  await sidecar.remove();
});

const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';
const sleep = ['sleep', '300'];
const file = (key: string) => ({ type: 's3' as const, value: `arn:aws:s3:::bucket/${key}` });

/** The variables of a container's first process, byte by byte. */
const environmentOf = async (runtimeId: string | undefined): Promise<Record<string, string>> => {
  const { stdout } = await run('docker', ['exec', runtimeId!, 'cat', '/proc/1/environ'], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return Object.fromEntries(
    stdout
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
};

const AWKWARD: Readonly<Record<string, string>> = {
  DOLLARS: '$HOME ${HOME} $$ ${ECSIDECAR_ENV_app__QUOTES} $(id) `id`',
  QUOTES: `'single' "double" \\back\\n`,
  LINES: 'one\ntwo\r\n\nfour\n',
  BLANKS: '  before and behind\t ',
  UNICODE: 'ü€😀 \u2028 \u0085 \ufeff',
  YAML: '- a: &b *c #d |\n  %e',
  CONTROL: '\u0001\u001b[31m\u007f',
  WORD: 'true',
  NUMBER: '007',
  LONG: 'x'.repeat(60_000),
};

t.test('secrets are variables of the container, byte by byte, from every kind of valueFrom', async (t) => {
  for (const [name, value] of Object.entries(AWKWARD)) upstream.parameters.set(`/awkward/${name}`, value);
  upstream.secrets.set(secretArn('awkward'), {
    AWSCURRENT: JSON.stringify({ ...AWKWARD, EMPTY: '' }),
    AWSPREVIOUS: 'previous',
  });
  const definition = await register(
    sidecar,
    'kinds',
    [
      {
        name: 'app',
        command: sleep,
        secrets: [
          ...Object.keys(AWKWARD).map((name) => ({ name, valueFrom: `/awkward/${name}` })),
          ...Object.keys(AWKWARD).map((name) => ({
            name: `JSON_${name}`,
            valueFrom: `${secretArn('awkward')}:${name}::`,
          })),
          { name: 'EMPTY', valueFrom: `${secretArn('awkward').slice(0, -7)}:EMPTY::` },
          { name: 'PREVIOUS', valueFrom: `${secretArn('awkward')}::AWSPREVIOUS:` },
          { name: 'with-dash.dot', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/awkward/WORD' },
        ],
      },
      // Its variables have names that could be taken for the other's.
      {
        name: 'app_',
        command: sleep,
        secrets: [{ name: 'WORD', valueFrom: '/awkward/NUMBER' }],
      },
    ],
    { executionRoleArn },
  );
  const { taskArn } = await runTask(sidecar, definition);
  const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
  const [app, other] = containers ?? [];
  const environment = await environmentOf(app?.runtimeId);
  for (const [name, value] of Object.entries(AWKWARD)) {
    t.equal(environment[name], value, name);
    t.equal(environment[`JSON_${name}`], value, `${name} as a JSON key`);
  }
  t.match(environment, { EMPTY: '', PREVIOUS: 'previous', 'with-dash.dot': 'true' });
  t.equal((await environmentOf(other?.runtimeId))['WORD'], '007');
});

t.test(
  'environment files are variables; the definition counts over them, and the first file over the next',
  async (t) => {
    upstream.objects.set(
      'bucket/first.env',
      `# comment\nA=first\nB="quoted" $HOME \${HOME} #\nSHADOWED=file\nwrong line\nEMPTY=\nC= ü \n`,
    );
    upstream.objects.set('bucket/second.env', 'A=second\nD=x=y\nSECRET=file\n');
    upstream.objects.set('bucket/override.env', 'A=override\n');
    upstream.parameters.set('/secret', 'from the store');
    const definition = await register(
      sidecar,
      'files',
      [
        {
          name: 'app',
          command: sleep,
          environment: [{ name: 'SHADOWED', value: 'definition' }],
          secrets: [{ name: 'SECRET', valueFrom: '/secret' }],
          environmentFiles: [file('first.env'), file('second.env')],
        },
      ],
      { executionRoleArn },
    );
    const { taskArn } = await runTask(sidecar, definition);
    const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
    const environment = await environmentOf(containers?.[0]?.runtimeId);
    t.match(environment, {
      A: 'first',
      B: '"quoted" $HOME ${HOME} #',
      C: ' ü ',
      D: 'x=y',
      SHADOWED: 'definition',
      SECRET: 'from the store',
    });
    t.notOk('EMPTY' in environment);

    const overridden = await runTask(sidecar, definition, {
      overrides: {
        containerOverrides: [
          {
            name: 'app',
            environment: [{ name: 'SHADOWED', value: 'override' }],
            environmentFiles: [file('override.env')],
          },
        ],
      },
    });
    const running = await untilStatus(sidecar, overridden.taskArn, 'RUNNING');
    const changed = await environmentOf(running.containers?.[0]?.runtimeId);
    t.match(changed, { A: 'override', SHADOWED: 'override', SECRET: 'from the store' });
    t.notOk('B' in changed, 'the files of the definition are replaced');
  },
);

t.test(
  'the generated file has no value, passes Compose, and runs by hand with the variables it names',
  async (t) => {
    upstream.parameters.set('/by-hand', 'canary');
    const definition = await register(
      sidecar,
      'by-hand',
      [{ name: 'app', command: sleep, secrets: [{ name: 'S', valueFrom: '/by-hand' }] }],
      { executionRoleArn },
    );
    const { taskArn } = await runTask(sidecar, definition);
    await untilStatus(sidecar, taskArn, 'RUNNING');
    const found = (await readdir(join(sidecar.dataDir, 'projects'), { recursive: true })).find((path) =>
      path.endsWith(`${taskArn.split('/').at(-1)!}/compose.yaml`),
    );
    const path = join(sidecar.dataDir, 'projects', found!);
    const text = await readFile(path, 'utf8');
    t.notMatch(text, /canary/);
    t.match(text, /export ECSIDECAR_ENV_app__S=…/);
    const config = async (environment: NodeJS.ProcessEnv): Promise<unknown> => {
      const { stdout } = await run('docker', ['compose', '-f', path, 'config', '--format', 'json'], {
        env: { ...process.env, ...environment },
      });
      const { services } = JSON.parse(stdout) as { services: Record<string, { environment: unknown }> };
      return services['app']?.environment;
    };
    t.match(await config({}), { S: '' });
    t.match(await config({ ECSIDECAR_ENV_app__S: 'by $HAND' }), { S: 'by $$HAND' });
  },
);

t.test('options of a log driver may be secrets', async (t) => {
  upstream.parameters.set('/log/tag', 'tag "$HOME"');
  const definition = await register(
    sidecar,
    'log-options',
    [
      {
        name: 'app',
        command: sleep,
        logConfiguration: {
          logDriver: 'gelf',
          options: { 'gelf-address': 'udp://127.0.0.1:9', env: '$HOME' },
          secretOptions: [{ name: 'tag', valueFrom: '/log/tag' }],
        },
      },
    ],
    { executionRoleArn },
  );
  const { taskArn } = await runTask(sidecar, definition);
  const { containers } = await untilStatus(sidecar, taskArn, 'RUNNING');
  const { HostConfig } = await sidecar.docker.getContainer(containers![0]!.runtimeId!).inspect();
  t.same(HostConfig.LogConfig, {
    Type: 'gelf',
    Config: { 'gelf-address': 'udp://127.0.0.1:9', env: '$HOME', tag: 'tag "$HOME"' },
  });
});
