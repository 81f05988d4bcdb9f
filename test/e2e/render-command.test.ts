import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
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
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [BIN, ...args], {
    input,
    encoding: 'utf8',
    cwd: folder,
    env: environment,
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
