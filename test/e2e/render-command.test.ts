import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';

const BIN = new URL('../../src/cli/bin.js', import.meta.url).pathname;
const compose = await findCompose(process.env, findEngine(process.env));
const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-render-'));
t.teardown(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** No engine answers at this address: rendering needs none. */
const environment = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: 'tcp://127.0.0.1:1' };

function ecsidecar(
  args: readonly string[],
  input = '',
  more: NodeJS.ProcessEnv = {},
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [BIN, ...args], {
    input,
    encoding: 'utf8',
    cwd: folder,
    env: { ...environment, ...more },
  });
}

const definition = {
  family: 'myfamily',
  containerDefinitions: [
    {
      name: 'server',
      image: 'busybox',
      cpu: 10,
      memory: 10,
      command: ['sh', '-c', 'while true; do echo running; sleep 1; done'],
      portMappings: [{ containerPort: 80 }],
      mountPoints: [{ sourceVolume: 'test-volume', containerPath: '/container/path' }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': 'myloggroup',
          'awslogs-region': 'us-east-1',
          'awslogs-stream-prefix': 'myprefix',
        },
      },
    },
  ],
  volumes: [{ name: 'test-volume', host: { sourcePath: '/host/path' } }],
};

t.test('render prints a file that docker compose config accepts, without an engine', (t) => {
  const file = join(folder, 'task_definition.json');
  writeFileSync(file, JSON.stringify(definition));
  const fromFile = ecsidecar(['render', file]);
  t.match(fromFile, { status: 0, stderr: '' });
  t.equal(
    ecsidecar(['render', '-'], JSON.stringify(definition)).stdout,
    fromFile.stdout,
    'the same from standard input',
  );

  const rendered = join(folder, 'compose.yaml');
  writeFileSync(rendered, fromFile.stdout);
  const config = spawnSync(compose.path, ['-f', rendered, 'config', '--quiet'], {
    encoding: 'utf8',
    env: environment,
  });
  t.match(config, { status: 0, stderr: '' });
  t.end();
});

t.test('render --merged prints all services as Compose has them after the override files', (t) => {
  const overrides = join(folder, 'overrides');
  mkdirSync(overrides);
  writeFileSync(
    join(overrides, 'myfamily.yaml'),
    'services: {server: {environment: {A: "$$x"}, scale: 0}, db: {image: busybox}}',
  );
  const secret = { name: 'S', valueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/s' };
  const withSecret = {
    ...definition,
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
    containerDefinitions: definition.containerDefinitions.map((one) => ({ ...one, secrets: [secret] })),
  };
  const render = (...args: string[]) =>
    ecsidecar(['render', '-', ...args], JSON.stringify(withSecret), {
      ECS_COMPOSE_OVERRIDES: overrides,
      PATH: `${dirname(compose.path)}:${process.env['PATH'] ?? ''}`,
    });
  const merged = render('--merged');
  t.match(merged, { status: 0, stderr: '' });
  const { services } = parse(merged.stdout) as { services: Record<string, Record<string, unknown>> };
  t.match(services, { server: { environment: { A: '$$x', S: '${ECSIDECAR_ENV_server__S}' }, scale: 1 } });
  t.match(services['db'], { image: 'busybox' });
  const again = join(folder, 'merged.yaml');
  writeFileSync(again, merged.stdout);
  t.equal(spawnSync(compose.path, ['-f', again, 'config', '--quiet'], { env: environment }).status, 0);

  writeFileSync(join(overrides, 'myfamily.yaml'), 'services: {server: {imago: busybox}}');
  t.match(render('--merged'), { status: 1, stdout: '', stderr: /^ecsidecar render: -: .*imago[^\n]*\n$/ });
  t.end();
});

t.test("what cannot be rendered is one line on standard error, in AWS's words where AWS has some", (t) => {
  const refused = (args: readonly string[], input: string): string => {
    const { status, stdout, stderr } = ecsidecar(['render', ...args], input);
    t.equal(status, 1);
    t.equal(stdout, '');
    t.match(stderr, /^[^\n]+\n$/);
    return stderr;
  };
  t.equal(
    refused(['-'], JSON.stringify({ family: 'f', containerDefinitions: [] })),
    'ecsidecar render: -: Container list cannot be empty.\n',
  );
  t.equal(
    refused(['-'], JSON.stringify({ family: 'f', containerDefinitions: [{ name: 'a', image: 5 }] })),
    'ecsidecar render: -: NUMBER_VALUE can not be converted to a String\n',
  );
  t.match(refused(['-'], '{'), 'ecsidecar render: -: not valid JSON: ');
  t.match(
    refused(['-', '--family', 'other'], JSON.stringify(definition)),
    'no family is called other; there is: myfamily',
  );
  t.match(refused(['absent.json'], ''), 'ecsidecar render: absent.json: ENOENT');
  const relative = { ...definition, volumes: [{ name: 'test-volume', host: { sourcePath: './here' } }] };
  t.match(
    refused(['-'], JSON.stringify(relative)),
    "the sourcePath './here' of volume 'test-volume' is not an absolute path",
  );
  t.end();
});
