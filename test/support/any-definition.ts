import type {
  ContainerDefinition,
  LinuxParameters,
  RegisterTaskDefinitionRequest,
  ResourceRequirement,
  Volume,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';

/** Text that a container can have: the kernel's strings have no NUL. */
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }).filter((one) => !one.includes('\0'));
const texts = fc.array(text, { minLength: 1, maxLength: 3 });
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,7}$/);
const optional: { requiredKeys: [] } = { requiredKeys: [] };
const ROLE = 'arn:aws:iam::123456789012:role/r';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s';

const linuxParameters: fc.Arbitrary<LinuxParameters> = fc.record<LinuxParameters>(
  {
    capabilities: fc.constant({ add: ['SYS_PTRACE'], drop: ['MKNOD'] }),
    devices: fc.constant([{ hostPath: '/dev/fuse', permissions: ['read'] }]),
    initProcessEnabled: fc.constant(true),
    sharedMemorySize: fc.integer({ min: 1, max: 99 }),
    tmpfs: fc.constant([{ containerPath: '/tmpfs', size: 9, mountOptions: ['noexec'] }]),
    maxSwap: fc.integer({ min: 0, max: 99 }),
    swappiness: fc.integer({ min: 0, max: 100 }),
  },
  optional,
);

const logConfiguration = fc.oneof(
  fc.record({ logDriver: fc.constant('json-file' as const), options: fc.dictionary(word, text) }),
  fc.record({
    logDriver: fc.constant('awslogs' as const),
    options: fc.record({ 'awslogs-group': word, 'awslogs-stream-prefix': word }),
  }),
);

/** What a container says in any mode of the network, always other than what holds when it says nothing. */
const ANYWHERE = {
  repositoryCredentials: fc.constant({ credentialsParameter: SECRET }),
  cpu: fc.integer({ min: 3, max: 64 }),
  memory: fc.integer({ min: 64, max: 256 }),
  memoryReservation: fc.integer({ min: 8, max: 63 }),
  essential: fc.constant(false),
  restartPolicy: fc.constant({ enabled: true }),
  entryPoint: texts,
  command: texts,
  environment: fc
    .uniqueArray(word, { minLength: 1, maxLength: 3 })
    .chain((names) => fc.tuple(...names.map((name) => text.map((value) => ({ name, value }))))),
  environmentFiles: fc.constant([{ type: 's3' as const, value: 'arn:aws:s3:::b/k.env' }]),
  mountPoints: fc.constant([{ sourceVolume: 'mine', containerPath: '/mine', readOnly: true }]),
  volumesFrom: fc.constant([{ sourceContainer: 'db' }]),
  linuxParameters,
  secrets: word.map((name) => [{ name: `SECRET_${name}`, valueFrom: '/parameter' }]),
  dependsOn: fc.constant([{ containerName: 'other', condition: 'START' as const }]),
  startTimeout: fc.integer({ min: 2, max: 99 }),
  stopTimeout: fc.integer({ min: 2, max: 29 }),
  versionConsistency: fc.constant('disabled' as const),
  user: text,
  workingDirectory: text.map((path) => `/${path}`),
  privileged: fc.constant(true),
  readonlyRootFilesystem: fc.constant(true),
  dockerSecurityOptions: fc.constant(['no-new-privileges']),
  interactive: fc.constant(true),
  pseudoTerminal: fc.constant(true),
  dockerLabels: text.chain((value) => word.map((name) => ({ [`label.${name}`]: value }))),
  ulimits: fc.constant([{ name: 'nofile' as const, softLimit: 10, hardLimit: 20 }]),
  logConfiguration,
  healthCheck: fc.record({ command: texts.map((words) => ['CMD', ...words]), interval: fc.constant(9) }),
  resourceRequirements: fc
    .constantFrom<ResourceRequirement[]>({ type: 'GPU', value: '1' }, { type: 'NeuronDevice', value: 'ALL' })
    .map((one) => [one]),
  credentialSpecs: fc.constant(['credentialspec:x']),
} as const satisfies { [Field in keyof ContainerDefinition]: fc.Arbitrary<ContainerDefinition[Field]> };

const PORTS = {
  portMappings: fc
    .record({ containerPort: fc.integer({ min: 1, max: 65_535 }), name: word })
    .map((port) => [{ ...port, name: port.name.toLowerCase() }]),
  systemControls: fc.constant([{ namespace: 'net.core.somaxconn', value: '9' }]),
} as const;

/** What it says beside that, by the mode of the network: the other modes refuse it, or it means nothing there. */
const BY_MODE = {
  bridge: {
    ...PORTS,
    links: fc.constant(['db:database']),
    hostname: word,
    dnsServers: fc.constant(['10.0.0.1']),
    dnsSearchDomains: fc.constant(['example.org']),
    extraHosts: fc.constant([{ hostname: 'other', ipAddress: '10.0.0.2' }]),
  },
  awsvpc: PORTS,
  host: { hostname: word },
  none: { hostname: word },
  alone: { disableNetworking: fc.constant(true) },
} as const;

/** One volume that `app` may mount, of each kind. */
const volume: fc.Arbitrary<Omit<Volume, 'name'>> = fc.constantFrom<Omit<Volume, 'name'>[]>(
  {},
  { host: { sourcePath: '/srv' } },
  { dockerVolumeConfiguration: { scope: 'task', driverOpts: { type: 'tmpfs', device: 'tmpfs' } } },
  { efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/a' } },
);

const task = {
  taskRoleArn: fc.constant(ROLE),
  cpu: fc.constant('512'),
  memory: fc.constant('1024'),
  pidMode: fc.constantFrom('host' as const, 'task' as const),
  ipcMode: fc.constantFrom('host' as const, 'task' as const, 'none' as const),
  runtimePlatform: fc.constant({ cpuArchitecture: 'ARM64' as const }),
  ephemeralStorage: fc.constant({ sizeInGiB: 30 }),
  enableFaultInjection: fc.constant(true),
};

/** Fields of `app` and of the task that `anyDefinition` makes. */
export const MADE_FIELDS = {
  container: new Set([
    'name',
    'image',
    'firelensConfiguration',
    ...Object.keys(ANYWHERE),
    ...Object.values(BY_MODE).flatMap((fields) => Object.keys(fields)),
  ]),
  task: new Set(Object.keys(task)),
} as const;

/**
 * A task definition that ECS takes: any combination of fields of the container `app`, beside two others, in any
 * mode of the network.
 */
export const anyDefinition: fc.Arbitrary<RegisterTaskDefinitionRequest> = fc
  .constantFrom(...(Object.keys(BY_MODE) as (keyof typeof BY_MODE)[]))
  .chain((mode) =>
    fc
      .tuple(
        fc.record<Partial<ContainerDefinition>>(
          { ...ANYWHERE, ...BY_MODE[mode] } as never,
          optional as never,
        ),
        fc.record<Partial<RegisterTaskDefinitionRequest>>(task as never, optional as never),
        volume,
        fc.boolean(),
      )
      .map(([container, more, kind, isRouted]): RegisterTaskDefinitionRequest => {
        const router = isRouted && {
          firelensConfiguration: { type: 'fluentbit' as const },
        };
        const app: ContainerDefinition = { name: 'app', image: 'busybox', ...container, ...router };
        const db: ContainerDefinition = {
          name: 'db',
          image: 'busybox',
          ...(more.memory === undefined && { memory: 64 }),
          ...(isRouted && { logConfiguration: { logDriver: 'awsfirelens' } }),
        };
        return {
          family: 'any',
          executionRoleArn: ROLE,
          ...(mode !== 'alone' && { networkMode: mode }),
          ...more,
          volumes: [{ name: 'mine', ...kind }],
          containerDefinitions: [
            // A limit of memory is needed somewhere, and swap counts beside one alone.
            { ...app, ...(needsMemory(app, more) && { memory: 64 }) },
            db,
            { name: 'other', image: 'busybox', memory: 64 },
          ],
        };
      }),
  );

const needsMemory = (
  { memory, memoryReservation, linuxParameters: linux }: ContainerDefinition,
  { memory: ofTask }: Partial<RegisterTaskDefinitionRequest>,
): boolean =>
  memory === undefined &&
  ofTask === undefined &&
  (memoryReservation === undefined || linux?.maxSwap !== undefined);
