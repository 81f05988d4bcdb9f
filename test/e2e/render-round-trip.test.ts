import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import t from 'tap';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { composeText, renderTask, taskHead } from '../../src/executors/compose/render.ts';
import type { AwsTaskDefinition } from '../../src/model/task-definition.ts';
import { AWKWARD, keptPath, name, text } from '../support/any-text.ts';
import { sampleContext, sampleTask } from '../support/rendering.ts';

/** The Compose under test is the one that the sidecar would take; DOCKER_CONFIG names another plugin folder. */
const compose = await findCompose(process.env, findEngine(process.env));
t.comment(`Compose ${compose.version}`);

const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-render-'));
t.teardown(() => {
  rmSync(folder, { recursive: true, force: true });
});

type ConfigService = {
  command: string[] | null;
  entrypoint: string[] | null;
  environment?: Record<string, string>;
  labels: Record<string, string>;
  working_dir?: string;
  user?: string;
  volumes?: { source: string; target: string; read_only?: boolean }[];
  ports?: { target: number; published?: string; protocol: string }[];
  [other: string]: unknown;
};

async function config(definition: AwsTaskDefinition): Promise<Record<string, ConfigService>> {
  const [task, context] = [sampleTask(), sampleContext()];
  const file = join(folder, 'compose.yaml');
  writeFileSync(
    file,
    composeText(renderTask(task, definition, context), taskHead(task, definition, context)),
  );
  const { stdout } = await promisify(execFile)(compose.path, ['-f', file, 'config', '--format', 'json'], {
    // A variable that Compose must not put in.
    env: { ...process.env, X: 'interpolated' },
    maxBuffer: 1e9,
  });
  // What it prints can be read again by Compose: each `$` of it is doubled.
  return (JSON.parse(stdout.replaceAll('$$', '$')) as { services: Record<string, ConfigService> }).services;
}

const container = fc.record({
  command: fc.array(text, { minLength: 1, maxLength: 4 }),
  entryPoint: fc.array(text, { minLength: 1, maxLength: 2 }),
  environment: fc.dictionary(
    name.filter((one) => !one.includes('=')),
    text,
    { maxKeys: 4, noNullPrototype: true },
  ),
  dockerLabels: fc.dictionary(
    name.filter((one) => !/^(ecsidecar|com\.)/.test(one)),
    text,
    { maxKeys: 3, noNullPrototype: true },
  ),
  workingDirectory: keptPath,
  user: text.filter((one) => one !== ''),
  containerPath: keptPath,
  readOnly: fc.boolean(),
  hostPort: fc.integer({ min: 0, max: 65535 }),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const),
});

t.test('every string that goes in comes out of docker compose config as it was', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(container, { minLength: 40, maxLength: 60 }), async (containers) => {
      const containerDefinitions = containers.map((one, index): ContainerDefinition => ({
        name: `c${index}`,
        image: 'busybox',
        command: one.command,
        entryPoint: one.entryPoint,
        environment: Object.entries(one.environment).map(([key, value]) => ({ name: key, value })),
        dockerLabels: one.dockerLabels,
        workingDirectory: one.workingDirectory,
        user: one.user,
        mountPoints: [
          { sourceVolume: `v${index}`, containerPath: one.containerPath, readOnly: one.readOnly },
        ],
        portMappings: [{ containerPort: 80, hostPort: one.hostPort, protocol: one.protocol }],
      }));
      const volumes = containers.map((one, index) => ({
        name: `v${index}`,
        host: { sourcePath: one.workingDirectory },
      }));
      const services = await config({ family: 'myfamily', containerDefinitions, volumes });
      for (const [index, one] of containers.entries()) {
        const found = services[`c${index}`]!;
        t.strictSame(found.command, one.command);
        t.strictSame(found.entrypoint, one.entryPoint);
        t.strictSame(found.environment ?? {}, one.environment);
        t.strictSame(pick(found.labels, Object.keys(one.dockerLabels)), one.dockerLabels);
        t.equal(found.working_dir, one.workingDirectory);
        t.equal(found.user, one.user);
        const [mount] = found.volumes ?? [];
        t.equal(mount?.source, one.workingDirectory);
        t.equal(mount?.target, one.containerPath);
        t.equal(mount?.read_only ?? false, one.readOnly);
        const published = one.hostPort === 0 ? {} : { published: String(one.hostPort) };
        t.match(found.ports, [{ target: 80, protocol: one.protocol, ...published }]);
      }
      return t.passing();
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

t.test("Docker's own options are accepted as they are rendered", async (t) => {
  const { c } = await config({
    containerDefinitions: [
      {
        name: 'c',
        image: 'busybox',
        dnsServers: ['1.1.1.1'],
        dnsSearchDomains: ['example.com'],
        dockerSecurityOptions: ['no-new-privileges'],
        extraHosts: [{ hostname: 'b', ipAddress: '::1' }],
        hostname: 'myhost',
        privileged: true,
        readonlyRootFilesystem: true,
        ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }],
      },
    ],
  });
  t.match(c, {
    dns: ['1.1.1.1'],
    dns_search: ['example.com'],
    security_opt: ['no-new-privileges'],
    extra_hosts: ['b=::1'],
    hostname: 'myhost',
    privileged: true,
    read_only: true,
    ulimits: { nofile: { soft: 1, hard: 2 } },
  });
});

t.test('each awkward string is one on its own too', async (t) => {
  const containerDefinitions = AWKWARD.map((one, index) => ({
    name: `c${index}`,
    image: 'busybox',
    command: [one],
    environment: [{ name: 'A', value: one }],
  }));
  const services = await config({ family: 'myfamily', containerDefinitions });
  for (const [index, one] of AWKWARD.entries()) {
    t.strictSame(services[`c${index}`]?.command, [one]);
    t.strictSame(services[`c${index}`]?.environment, { A: one });
  }
});

const pick = (values: Record<string, string>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(keys.map((key) => [key, values[key] ?? 'absent']));
