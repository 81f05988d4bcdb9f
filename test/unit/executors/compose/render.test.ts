import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { notActedOn, renderTask } from '../../../../src/executors/compose/render.ts';
import { ExecutorError } from '../../../../src/model/ports.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import { sampleContext, sampleDefinition, sampleTask, TASK_ID } from '../../../support/rendering.ts';

const render = (definition: AwsTaskDefinition, flags = '') =>
  renderTask(sampleTask(), definition, sampleContext(flags));
const service = (container: ContainerDefinition, others: Partial<AwsTaskDefinition> = {}, flags = '') =>
  render(sampleDefinition(container, others), flags).services?.['server'];

t.test('a task is one project on the main network, marked by labels', (t) => {
  t.strictSame(render(sampleDefinition()), {
    name: 'ecs-mycluster-0123456789ab',
    networks: { default: { name: 'mynetwork', external: true } },
    services: {
      server: {
        image: 'busybox',
        container_name: 'ecs-myfamily-3-server-0123456789ab',
        labels: {
          'com.amazonaws.ecs.cluster': 'mycluster',
          'com.amazonaws.ecs.container-name': 'server',
          'com.amazonaws.ecs.task-arn': `arn:aws:ecs:us-east-1:000000000000:task/mycluster/${TASK_ID}`,
          'com.amazonaws.ecs.task-definition-family': 'myfamily',
          'com.amazonaws.ecs.task-definition-version': '3',
          'ecsidecar.id': 'my-sidecar',
          'ecsidecar.essential': 'true',
        },
        restart: 'no',
        stop_grace_period: '30s',
        cpu_shares: 2,
        mem_limit: '10m',
      },
    },
  });
  t.end();
});

t.test('what a container definition says of its process is rendered', (t) => {
  t.match(
    service({
      command: ['a', ''],
      entryPoint: ['/bin/sh', '-c'],
      environment: [{ name: 'A', value: 'first' }, { name: 'A', value: 'second' }, { name: 'WITHOUT' }],
      workingDirectory: '/w',
      user: '1000:0',
      stopTimeout: 7,
      essential: false,
    }),
    {
      command: ['a', ''],
      entrypoint: ['/bin/sh', '-c'],
      environment: { A: 'second', WITHOUT: '' },
      working_dir: '/w',
      user: '1000:0',
      stop_grace_period: '7s',
      labels: { 'ecsidecar.essential': 'false' },
    },
  );
  t.end();
});

t.test("what a definition says of Docker's own options is rendered, and flags add to it", (t) => {
  const container = {
    dnsSearchDomains: ['example.com'],
    dnsServers: ['1.1.1.1'],
    dockerSecurityOptions: ['no-new-privileges'],
    extraHosts: [
      { hostname: 'a', ipAddress: '1.2.3.4' },
      { hostname: 'b', ipAddress: '::1' },
    ],
    hostname: 'myhost',
    privileged: true,
    readonlyRootFilesystem: true,
    ulimits: [
      { name: 'nofile', softLimit: 1, hardLimit: 2 },
      { name: 'core', softLimit: 0, hardLimit: 0 },
    ] as const,
  };
  const rendered = service(
    { ...container, ulimits: [...container.ulimits] },
    {},
    '--dns 8.8.8.8 --add-host c:::2 --ulimit core=7',
  );
  t.match(rendered, {
    dns: ['1.1.1.1', '8.8.8.8'],
    dns_search: ['example.com'],
    security_opt: ['no-new-privileges'],
    extra_hosts: ['a:1.2.3.4', 'b:::1', 'c:::2'],
    hostname: 'myhost',
    privileged: true,
    read_only: true,
    ulimits: { nofile: { soft: 1, hard: 2 }, core: 7 },
  });
  t.end();
});

t.test('an empty command or entry point leaves what the image says', (t) => {
  const rendered = service({ command: [], entryPoint: [] }) ?? {};
  t.notOk('command' in rendered);
  t.notOk('entrypoint' in rendered);
  t.end();
});

t.test('CPU units are shares, at least 2. Source: ECS agent, dockerCPUShares', (t) => {
  for (const [cpu, shares] of [
    [0, 2],
    [1, 2],
    [2, 2],
    [10, 10],
    [4096, 4096],
  ] as const) {
    t.equal(service({ cpu })?.cpu_shares, shares);
  }
  t.end();
});

t.test('memory is a limit in MiB, at least 6, and memoryReservation a soft one. Source: ECS agent', (t) => {
  t.match(service({ memory: 512, memoryReservation: 256 }), { mem_limit: '512m', mem_reservation: '256m' });
  t.equal(service({ memory: 4 })?.mem_limit, '6m');
  const soft = renderTask(
    sampleTask(),
    { containerDefinitions: [{ name: 'server', image: 'i', memoryReservation: 64 }] },
    sampleContext(),
  ).services?.['server'];
  t.equal(soft?.mem_limit, undefined);
  t.equal(soft?.mem_reservation, '64m');
  t.end();
});

t.test('bridge: host port 0 or none is a random port, another is that port', (t) => {
  const { ports } =
    service({
      portMappings: [
        { containerPort: 80 },
        { containerPort: 81, hostPort: 0 },
        { containerPort: 82, hostPort: 8082, protocol: 'udp' },
      ],
    }) ?? {};
  t.strictSame(ports, [
    { target: 80, protocol: 'tcp' },
    { target: 81, protocol: 'tcp' },
    { target: 82, protocol: 'udp', published: '8082' },
  ]);
  t.end();
});

t.test('host and none are the modes of Docker and publish nothing', (t) => {
  for (const networkMode of ['host', 'none'] as const) {
    const project = render(
      sampleDefinition({ portMappings: [{ containerPort: 80, hostPort: 80 }] }, { networkMode }),
    );
    t.equal(project.services?.['server']?.network_mode, networkMode);
    t.notOk('ports' in (project.services?.['server'] ?? {}));
    t.notOk('networks' in project);
  }
  t.end();
});

t.test('host paths are bound, other volumes belong to the project', (t) => {
  const project = render(
    sampleDefinition(
      {
        mountPoints: [
          { sourceVolume: 'code', containerPath: '/code', readOnly: true },
          { sourceVolume: 'scratch', containerPath: '/scratch' },
          { sourceVolume: 'empty', containerPath: '/empty' },
          { sourceVolume: 'colon', containerPath: '/c:d' },
        ],
      },
      {
        volumes: [
          { name: 'code', host: { sourcePath: '/host/code' } },
          { name: 'scratch' },
          { name: 'empty', host: {} },
          { name: 'colon', host: { sourcePath: '/a:b' } },
        ],
      },
    ),
  );
  t.strictSame(project.volumes, { scratch: {}, empty: {} });
  t.strictSame(project.services?.['server']?.volumes, [
    {
      type: 'bind',
      source: '/host/code',
      target: '/code',
      read_only: true,
      bind: { create_host_path: true },
    },
    { type: 'volume', source: 'scratch', target: '/scratch' },
    { type: 'volume', source: 'empty', target: '/empty' },
    { type: 'bind', source: '/a:b', target: '/c:d', bind: { create_host_path: false } },
  ]);
  t.end();
});

t.test('what no container can be made from is refused with its container', (t) => {
  type Refused = [ContainerDefinition, Partial<AwsTaskDefinition>?];
  const mount = (sourcePath: string, containerPath = '/c'): Refused => [
    { mountPoints: [{ sourceVolume: 'v', containerPath }] },
    { volumes: [{ name: 'v', host: { sourcePath } }] },
  ];
  const refusals: [Refused, RegExp][] = [
    [mount('relative/path'), /sourcePath 'relative\/path' of volume 'v' is not an absolute path/],
    [mount('./here'), /not an absolute path/],
    [mount('~/home'), /not an absolute path/],
    [mount('/a', 'relative'), /mount path 'relative' of volume 'v' is not absolute/],
    [[{ mountPoints: [{ sourceVolume: 'nope', containerPath: '/c' }] }], /^Unknown volume 'nope'\.$/],
    [
      [
        {
          mountPoints: [
            { sourceVolume: 'v', containerPath: '/c' },
            { sourceVolume: 'v', containerPath: '/c/' },
          ],
        },
        { volumes: [{ name: 'v' }] },
      ],
      /^Duplicate mount point: \/c$/,
    ],
    [[{ environment: [{ name: '', value: 'x' }] }], /an environment variable has no name/],
    [[{ dockerLabels: { '': 'x' } }], /a Docker label has no name/],
    [[{ command: ['a\0b'] }], /command has a NUL character/],
    [[{ environment: [{ name: 'A', value: '\0' }] }], /environment has a NUL character/],
  ];
  for (const [[container, others], message] of refusals) {
    try {
      service(container, others);
      t.fail(`not refused: ${String(message)}`);
    } catch (error) {
      t.type(error, ExecutorError);
      t.match(error, { kind: 'cannotCreate', container: 'server', message });
    }
  }
  t.end();
});

t.test('the output of an awslogs container is kept by Docker, labels say where it is to go', (t) => {
  const options = {
    'awslogs-group': 'mygroup',
    'awslogs-region': 'us-east-1',
    'awslogs-stream-prefix': 'pre',
  };
  t.match(service({ logConfiguration: { logDriver: 'awslogs', options } }), {
    logging: { driver: 'json-file' },
    labels: { 'ecsidecar.log-group': 'mygroup', 'ecsidecar.log-stream': `pre/server/${TASK_ID}` },
  });
  const withoutPrefix = service({
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'mygroup' } },
  })?.labels;
  t.match(withoutPrefix, { 'ecsidecar.log-group': 'mygroup' });
  t.notOk(
    'ecsidecar.log-stream' in (withoutPrefix ?? {}),
    'the stream is named after the id, which nobody knows yet',
  );
  const others = service({ logConfiguration: { logDriver: 'awsfirelens' } }) ?? {};
  t.notOk('logging' in others);
  t.end();
});

t.test("a user's label cannot pass for one of the sidecar's or of Compose's", (t) => {
  const dockerLabels = { 'ecsidecar.id': 'other', 'com.docker.compose.project': 'other', mine: 'x' };
  const { labels } = service({ dockerLabels }) ?? {};
  t.match(labels, { 'ecsidecar.id': 'my-sidecar', mine: 'x' });
  t.notOk('com.docker.compose.project' in (labels ?? {}));
  t.end();
});

t.test('names of the JavaScript object model are names as all others', (t) => {
  const names = ['__proto__', 'constructor', 'toString'];
  const project = render({
    containerDefinitions: names.map((name) => ({ name, image: name, environment: [{ name, value: name }] })),
  });
  t.strictSame(Object.keys(project.services ?? {}), names);
  for (const [name, rendered] of Object.entries(project.services ?? {})) {
    t.strictSame(Object.entries(rendered.environment ?? {}), [[name, name]]);
  }
  t.end();
});

t.test('Docker flags add to the lists of every container and win over its scalars', (t) => {
  const project = render(
    {
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      volumes: [{ name: 'v' }, { name: 'w' }],
      containerDefinitions: ['a', 'b'].map((name) => ({
        name,
        image: 'i',
        user: 'u',
        memory: 10,
        entryPoint: ['x', 'y'],
        environment: [
          { name: 'KEPT', value: '1' },
          { name: 'SET', value: '1' },
        ],
        dockerLabels: { l: '1' },
        linuxParameters: { capabilities: { add: ['NET_ADMIN', 'SYS_PTRACE'] }, sharedMemorySize: 9 },
        portMappings: [{ containerPort: 80 }],
        mountPoints: [
          { sourceVolume: 'v', containerPath: '/v' },
          { sourceVolume: 'w', containerPath: '/w' },
        ],
      })),
    },
    '-p 0:9229 -e SET=2 -l l=2 -v /host:/w -v cache:/cache -u root -m 64m --entrypoint sh --network other --dns 1.1.1.1 ' +
      '--add-host h:1.2.3.4 --cap-add SYS_PTRACE --privileged --platform linux/amd64 --shm-size 1m --ulimit core=0',
  );
  t.strictSame(project.networks, { default: { name: 'other', external: true } });
  t.strictSame(project.volumes, { v: {}, w: {}, 'docker-flags.cache': { name: 'cache', external: true } });
  for (const name of ['a', 'b']) {
    t.match(project.services?.[name], {
      ports: [{ target: 80 }, { target: 9229 }],
      environment: { KEPT: '1', SET: '2' },
      labels: { l: '2' },
      user: 'root',
      mem_limit: '64m',
      entrypoint: ['sh'],
      dns: ['1.1.1.1'],
      extra_hosts: ['h:1.2.3.4'],
      cap_add: ['NET_ADMIN', 'SYS_PTRACE'],
      privileged: true,
      platform: 'linux/amd64',
      shm_size: 1024 ** 2,
      ulimits: { core: 0 },
    });
    t.match(project.services?.[name]?.volumes, [
      { source: 'v', target: '/v' },
      { type: 'bind', source: '/host', target: '/w' },
      { source: 'docker-flags.cache', target: '/cache' },
    ]);
  }
  t.end();
});

t.test('--network with a mode of Docker wins over the network mode; several networks are all joined', (t) => {
  t.equal(render(sampleDefinition(), '--network host').services?.['server']?.network_mode, 'host');
  const both = render(sampleDefinition({}, { networkMode: 'host' }), '--network a --network b');
  t.strictSame(both.networks, {
    default: { name: 'a', external: true },
    'network-2': { name: 'b', external: true },
  });
  t.strictSame(both.services?.['server']?.networks, { default: null, 'network-2': null });
  t.end();
});

// Source: docker/compose, injectFileReferences: it refuses to copy a config into a read-only container.
t.test('a FireLens router is not read-only, which the file says', async (t) => {
  const definition = sampleDefinition({
    firelensConfiguration: { type: 'fluentbit' },
    readonlyRootFilesystem: true,
  });
  const { services } = renderTask(sampleTask(), definition, sampleContext());
  t.equal(services?.['server']?.read_only, false);
  t.match(notActedOn(definition), [/readonlyRootFilesystem: the configuration of a router is copied/]);
});
