import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import t, { type Test } from 'tap';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { composeVariables } from '../../src/executors/compose/interpolation.ts';
import { composeText, renderTask, taskHead } from '../../src/executors/compose/render.ts';
import type { ResolvedInputs } from '../../src/model/ports.ts';
import type { AwsTaskDefinition } from '../../src/model/task-definition.ts';
import { sampleContext, sampleTask } from '../support/rendering.ts';
import { IMAGE } from '../support/sidecar.ts';

const docker = new Docker();
const compose = await findCompose(process.env, findEngine(process.env));

/** Runs the rendered project by hand, as its head says, until its container ends; gives what it printed. */
async function runByHand(
  t: Test,
  definition: AwsTaskDefinition,
  inputs: ResolvedInputs = new Map(),
): Promise<string> {
  const taskId = randomBytes(16).toString('hex');
  const networkName = `ecsidecar-render-${taskId.slice(0, 8)}`;
  const [task, context] = [sampleTask('render', taskId), { ...sampleContext(), networkName }];
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-render-'));
  const specification = renderTask(task, definition, context, inputs);
  await writeFile(
    join(folder, 'compose.yaml'),
    composeText(specification, taskHead(task, definition, context)),
  );
  const run = (...args: string[]) => promisify(execFile)(compose.path, args, { cwd: folder, env });
  const env = { ...process.env, HOME: 'of the host', ...composeVariables(inputs) };
  const network = await docker.createNetwork({ Name: networkName });
  t.teardown(async () => {
    await run('down', '--volumes', '--timeout', '0');
    await network.remove();
    await rm(folder, { recursive: true });
  });
  await run('up', '--detach', '--pull', 'never');
  const container = docker.getContainer(specification.services?.['app']?.container_name ?? '');
  await container.wait();
  const log = await container.logs({ stdout: true, stderr: true, follow: false });
  return withoutFrames(log).toString('utf8');
}

/** Each piece of output has a head of eight bytes, of which the last four are its length. Source: Engine API, attach. */
function withoutFrames(log: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < log.length;) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces);
}

const AWKWARD = [
  '',
  ' a ',
  '$',
  '$$',
  '$HOME',
  '${HOME}',
  '$(id)',
  '"',
  "'",
  '\\',
  '\\n',
  'a\nb\n',
  '\t',
  '\r',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u0001',
  'yes',
  '0777',
  '1e3',
  'null',
  '~',
  '-x',
  '<<',
  'a: b # c',
  '😀',
  '*a',
  '| ',
  '{a}',
];

t.test('a process gets its arguments and variables exactly as the definition has them', async (t) => {
  const environment = AWKWARD.map((value, index) => ({ name: `V${index}`, value }));
  const named = [
    { name: '<<', value: 'merge' },
    { name: '$N', value: 'dollar' },
    { name: 'a.b-c', value: 'x=y' },
    { name: 'x: y', value: '#' },
    { name: '__proto__', value: 'p' },
  ];
  const output = await runByHand(t, {
    family: 'render',
    containerDefinitions: [
      {
        name: 'app',
        image: IMAGE,
        memory: 16,
        // NUL cannot be in any of them, so it parts them: first the arguments, then the shell's own environment.
        entryPoint: ['sh', '-c', 'printf "%s\\0" "$@"; cat /proc/$$/environ; true', 'sh'],
        command: AWKWARD,
        environment: [...environment, ...named],
        stopTimeout: 2,
      },
    ],
  });
  const parts = output.split('\0');
  t.strictSame(parts.slice(0, AWKWARD.length), AWKWARD);
  const variables = new Set(parts.slice(AWKWARD.length));
  for (const { name, value } of [...environment, ...named])
    t.ok(variables.has(`${name}=${value}`), `${name}=${value}`);
});

t.test('mounts, limits, user, folder and ports reach the engine', async (t) => {
  const host = join(tmpdir(), `ecsidecar-render-${randomBytes(4).toString('hex')} $dir`);
  t.teardown(() => rm(host, { recursive: true, force: true }));
  const output = await runByHand(t, {
    family: 'render',
    volumes: [{ name: 'host', host: { sourcePath: host } }, { name: 'scratch' }],
    containerDefinitions: [
      {
        name: 'app',
        image: IMAGE,
        cpu: 1,
        memory: 16,
        memoryReservation: 8,
        user: '1000:1001',
        workingDirectory: '/read only',
        command: ['sh', '-c', 'pwd; id -u; id -g; touch x; test -d /scratch && echo scratch'],
        dockerLabels: { 'my.$label': '$value' },
        portMappings: [{ containerPort: 80 }, { containerPort: 81, protocol: 'udp' }],
        mountPoints: [
          { sourceVolume: 'host', containerPath: '/read only', readOnly: true },
          { sourceVolume: 'scratch', containerPath: '/scratch' },
        ],
      },
    ],
  });
  // The engine may have the errors anywhere among the output: the two are streams of their own.
  const isError = (line: string): boolean => line.includes('touch: ');
  const lines = output.split('\n');
  t.match(lines.filter(isError), [/Read-only file system/]);
  t.same(
    lines.filter((line) => line !== '' && !isError(line)),
    ['/read only', '1000', '1001', 'scratch'],
  );
  const [listed] = await docker.listContainers({ all: true, filters: { label: ['my.$label=$value'] } });
  const inspected = await docker.getContainer(listed?.Id ?? '').inspect();
  t.match(inspected.HostConfig, {
    CpuShares: 2,
    Memory: 16 * 1024 ** 2,
    MemoryReservation: 8 * 1024 ** 2,
    RestartPolicy: { Name: 'no' },
    PortBindings: { '80/tcp': [{ HostPort: /^0?$/ }], '81/udp': [{ HostPort: /^0?$/ }] },
  });
  t.match(inspected.Config, { StopTimeout: 30, WorkingDir: '/read only', User: '1000:1001' });
  t.match(
    inspected.Mounts.find(({ Type }) => Type === 'bind'),
    { Source: host, RW: false },
  );
});

t.test('every other string that can be seen of a container is as the definition has it', async (t) => {
  const host = join(tmpdir(), `ecsidecar-render-${randomBytes(4).toString('hex')} $HOME ' # é`);
  t.teardown(() => rm(host, { recursive: true, force: true }));
  const mark = randomBytes(4).toString('hex');
  const dockerLabels = {
    ...Object.fromEntries(AWKWARD.map((value, index) => [`label-${index}`, value])),
    '$HOME: "x" # <<': mark,
  };
  const healthCheck = { command: ['CMD', 'true', ...AWKWARD], interval: 300 };
  const logOptions = { labels: 'a,$HOME: "b" # c', env: '{{.ID}} ${X}' };
  const volumeLabels = { ...dockerLabels, of: mark };
  const secrets = AWKWARD.map((value, index) => [`S${index}`, value] as const);
  const ask =
    'cat /etc/hosts /etc/resolv.conf /proc/sys/net/ipv4/ping_group_range; hostname; pwd; ls -d /tmpfs*';
  const output = await runByHand(
    t,
    {
      family: 'render',
      volumes: [
        { name: 'host', host: { sourcePath: host } },
        {
          name: 'scratch',
          dockerVolumeConfiguration: {
            scope: 'task',
            driver: 'local',
            driverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=1000' },
            labels: volumeLabels,
          },
        },
      ],
      containerDefinitions: [
        {
          name: 'app',
          image: IMAGE,
          memory: 16,
          entryPoint: ['sh', '-c', `cat /proc/$$/environ; printf '\\0'; ${ask}; true`],
          dockerLabels,
          healthCheck,
          hostname: 'h$HOME',
          workingDirectory: '/work $HOME "a" # é',
          extraHosts: [{ hostname: 'a$HOME.example', ipAddress: '10.0.0.1' }],
          dnsSearchDomains: ['$HOME.example', 'yes'],
          systemControls: [{ namespace: 'net.ipv4.ping_group_range', value: '0 77' }],
          logConfiguration: { logDriver: 'json-file', options: logOptions },
          linuxParameters: { tmpfs: [{ containerPath: "/tmpfs $HOME 'x'", size: 1 }] },
          mountPoints: [
            { sourceVolume: 'host', containerPath: '/mount $HOME # "é"' },
            { sourceVolume: 'scratch', containerPath: '/scratch' },
          ],
          secrets: secrets.map(([name]) => ({ name, valueFrom: 'x' })),
        },
      ],
    },
    new Map([['app', { secrets: new Map(secrets), fileVariables: new Map(), logOptions: new Map() }]]),
  );
  const parts = output.split('\0');
  const variables = new Set(parts);
  for (const [name, value] of secrets) t.ok(variables.has(`${name}=${value}`), `${name}=${value}`);
  const said = parts.at(-1)?.split('\n') ?? [];
  for (const line of [/^10\.0\.0\.1\ta\$HOME\.example$/, /^search \$HOME\.example yes$/, /^0\t77$/])
    t.ok(
      said.some((one) => line.test(one)),
      String(line),
    );
  for (const line of ['h$HOME', '/work $HOME "a" # é', "/tmpfs $HOME 'x'"]) t.ok(said.includes(line), line);

  const [listed] = await docker.listContainers({
    all: true,
    filters: { label: [`$HOME: "x" # <<=${mark}`] },
  });
  const {
    Config: config,
    HostConfig: hostConfig,
    Mounts: mounts,
  } = await docker.getContainer(listed?.Id ?? '').inspect();
  t.match(config.Labels, dockerLabels);
  t.strictSame((config as { Healthcheck?: { Test: string[] } }).Healthcheck?.Test, healthCheck.command);
  t.strictSame(hostConfig.LogConfig?.Config, logOptions);
  const bind = mounts.find(({ Type }) => Type === 'bind');
  t.match(bind, { Source: host, Destination: '/mount $HOME # "é"' });
  const { Volumes: volumes } = await docker.listVolumes({ filters: { label: [`of=${mark}`] } });
  t.match(volumes[0], { Labels: volumeLabels, Options: { type: 'tmpfs', o: 'size=1m,uid=1000' } });
});
