import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import t from 'tap';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { composeVariables } from '../../src/executors/compose/interpolation.ts';
import { composeText, renderTask, taskHead } from '../../src/executors/compose/render.ts';
import type { ContainerInputs } from '../../src/model/ports.ts';
import { keptPath, name, text } from '../support/any-text.ts';
import { sampleContext, sampleTask } from '../support/rendering.ts';

/** Beside render-round-trip.test.ts: the other strings of a definition that reach Compose, and what is fetched. */
const compose = await findCompose(process.env, findEngine(process.env));
const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-render-'));
t.teardown(() => {
  rmSync(folder, { recursive: true, force: true });
});

const some = text.filter((one) => one !== '');
const colonless = keptPath.filter((one) => !one.includes(':'));
const variableName = name.filter((one) => !one.includes('='));
const dictionary = (of: fc.Arbitrary<string>): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(of, text, { maxKeys: 3, noNullPrototype: true });
const distinct = (of: fc.Arbitrary<string>): fc.Arbitrary<string[]> => fc.uniqueArray(of, { maxLength: 3 });
/** What Docker itself takes for a host's name. */
const hostName = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,9})?$/);
const address = fc.oneof(fc.ipV4(), fc.constantFrom('::1', 'fe80::1', '2001:db8::8:800:200c:417a'));

const container = fc.record({
  healthCheck: fc.oneof(
    fc.array(text, { minLength: 1, maxLength: 3 }).map((words) => ['CMD', ...words]),
    text.map((code) => ['CMD-SHELL', code]),
  ),
  logDriver: fc.constantFrom('json-file', 'syslog', 'gelf', 'fluentd', 'splunk', 'journald'),
  logOptions: dictionary(name),
  hostname: some,
  extraHosts: fc.array(fc.record({ hostname: hostName, ipAddress: address }), { maxLength: 3 }),
  dnsServers: distinct(address),
  dnsSearchDomains: distinct(some),
  dockerSecurityOptions: distinct(some),
  systemControls: dictionary(name),
  capabilities: distinct(fc.constantFrom('SYS_PTRACE', 'NET_ADMIN', 'ALL', 'SYS_TIME')),
  device: fc.record({ hostPath: colonless, containerPath: colonless }),
  tmpfs: fc.record({
    containerPath: colonless.map((path) => `/tmpfs${path}`),
    mountOptions: distinct(fc.constantFrom('ro', 'noexec', 'mode=1777', 'uid=1000')),
  }),
  volume: fc.record({ driver: some, driverOpts: dictionary(name), labels: dictionary(name) }),
  // Not where the tmpfs is.
  mount: keptPath.map((path) => `/mount${path}`),
  secrets: dictionary(variableName),
  fileVariables: dictionary(variableName),
  secretOptions: dictionary(name),
});
type Container = typeof container extends fc.Arbitrary<infer One> ? One : never;

function definitionOf(one: Container, index: number): ContainerDefinition {
  const named = (values: Record<string, string>) =>
    Object.keys(values).map((key) => ({ name: key, valueFrom: 'x' }));
  return {
    name: `c${index}`,
    image: 'busybox',
    healthCheck: { command: one.healthCheck },
    logConfiguration: {
      logDriver: one.logDriver as 'syslog',
      options: one.logOptions,
      secretOptions: named(one.secretOptions),
    },
    hostname: one.hostname,
    extraHosts: one.extraHosts,
    dnsServers: one.dnsServers,
    dnsSearchDomains: one.dnsSearchDomains,
    dockerSecurityOptions: one.dockerSecurityOptions,
    systemControls: Object.entries(one.systemControls).map(([namespace, value]) => ({ namespace, value })),
    linuxParameters: {
      capabilities: { add: one.capabilities, drop: one.capabilities },
      devices: [one.device],
      tmpfs: [{ ...one.tmpfs, size: 1 }],
    },
    mountPoints: [{ sourceVolume: `v${index}`, containerPath: one.mount }],
    secrets: named(one.secrets),
  };
}

const inputsOf = (one: Container): ContainerInputs => ({
  secrets: new Map(Object.entries(one.secrets)),
  fileVariables: new Map(Object.entries(one.fileVariables)),
  logOptions: new Map(Object.entries(one.secretOptions)),
});

type ConfigProject = {
  services: Record<string, Record<string, unknown>>;
  volumes: Record<string, Record<string, unknown>>;
};

async function config(containers: readonly Container[]): Promise<ConfigProject> {
  const volumes = containers.map((one, index): Volume => ({
    name: `v${index}`,
    dockerVolumeConfiguration: { scope: 'task', ...one.volume },
  }));
  const definition = { family: 'myfamily', containerDefinitions: containers.map(definitionOf), volumes };
  const inputs = new Map(containers.map((one, index) => [`c${index}`, inputsOf(one)]));
  const [task, context] = [sampleTask(), sampleContext()];
  const file = join(folder, 'compose.yaml');
  writeFileSync(
    file,
    composeText(renderTask(task, definition, context, inputs), taskHead(task, definition, context)),
  );
  const { stdout } = await promisify(execFile)(compose.path, ['-f', file, 'config', '--format', 'json'], {
    env: { PATH: process.env['PATH'], X: 'interpolated', ...composeVariables(inputs) },
    maxBuffer: 1e9,
  });
  // What it prints can be read again by Compose: each `$` of it is doubled.
  return JSON.parse(stdout.replaceAll('$$', '$')) as ConfigProject;
}

t.test(
  'the other strings of a definition, and what is fetched for it, come out of Compose as they were',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(container, { minLength: 20, maxLength: 30 }), async (containers) => {
        const { services, volumes } = await config(containers);
        for (const [index, one] of containers.entries()) {
          const found = services[`c${index}`] ?? {};
          const list = (values: readonly unknown[]): unknown => (values.length > 0 ? values : undefined);
          const map = (values: Record<string, string>): unknown =>
            Object.keys(values).length > 0 ? values : undefined;
          t.strictSame((found['healthcheck'] as { test: string[] }).test, one.healthCheck);
          const options = map({ ...one.logOptions, ...one.secretOptions });
          t.strictSame(found['logging'], {
            driver: one.logDriver,
            ...(options !== undefined && { options }),
          });
          t.equal(found['hostname'], one.hostname);
          // Compose sorts them by name.
          t.strictSame(
            list((found['extra_hosts'] as string[] | undefined)?.toSorted() ?? []),
            list(one.extraHosts.map(({ hostname, ipAddress }) => `${hostname}=${ipAddress}`).toSorted()),
          );
          t.strictSame(found['dns'], list(one.dnsServers));
          t.strictSame(found['dns_search'], list(one.dnsSearchDomains));
          t.strictSame(found['security_opt'], list(one.dockerSecurityOptions));
          t.strictSame(found['sysctls'], map(one.systemControls));
          t.strictSame(
            [found['cap_add'], found['cap_drop']],
            [list(one.capabilities), list(one.capabilities)],
          );
          const { hostPath, containerPath } = one.device;
          t.strictSame(found['devices'], [{ source: hostPath, target: containerPath, permissions: 'rwm' }]);
          t.strictSame(found['tmpfs'], [
            `${one.tmpfs.containerPath}:${['size=1m', ...one.tmpfs.mountOptions].join(',')}`,
          ]);
          t.strictSame(found['environment'], map({ ...one.fileVariables, ...one.secrets }));
          t.match(found['volumes'], [{ source: `v${index}`, target: one.mount }]);
          const { driver, driver_opts: driverOpts, labels } = volumes[`v${index}`] ?? {};
          t.strictSame([driver, driverOpts], [one.volume.driver, map(one.volume.driverOpts)]);
          for (const [key, value] of Object.entries(one.volume.labels))
            t.equal((labels as Record<string, string>)[key], value);
        }
        return t.passing();
      }),
      { numRuns: 6, endOnFailure: true },
    );
  },
);
