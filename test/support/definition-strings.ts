import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import schema from '../../schemas/ecs.json' with { type: 'json' };

type Schema = {
  readonly type?: string;
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
};

/** Where a string stands: members by name, `[]` for an element of a list, `{key}` and `{value}` for those of a map. */
export type StringField = { readonly path: readonly string[]; readonly isChoice: boolean };

const definitions = schema.definitions as unknown as Readonly<Record<string, Schema>>;

/** Every string that RegisterTaskDefinition's schema takes. */
export const definitionStrings = (): StringField[] =>
  stringsOf({ $ref: '#/definitions/RegisterTaskDefinitionRequest' }, []);

function stringsOf(of: Schema, path: readonly string[]): StringField[] {
  if (of.$ref !== undefined) return stringsOf(definitions[of.$ref.split('/').at(-1) ?? ''] ?? {}, path);
  if (of.type === 'string') return [{ path, isChoice: of.enum !== undefined }];
  if (of.items) return stringsOf(of.items, [...path, '[]']);
  const members = Object.entries(of.properties ?? {}).flatMap(([name, member]) =>
    stringsOf(member, [...path, name]),
  );
  if (typeof of.additionalProperties !== 'object') return members;
  return [
    ...members,
    { path: [...path, '{key}'], isChoice: false },
    ...stringsOf(of.additionalProperties, [...path, '{value}']),
  ];
}

/** The definition with another text in one place that a field has in it, for each such place. */
export const withText = (
  definition: RegisterTaskDefinitionRequest,
  { path }: StringField,
  textFor: (old: string) => string,
): RegisterTaskDefinitionRequest[] => replaced(definition, path, textFor) as RegisterTaskDefinitionRequest[];

function replaced(
  value: unknown,
  [step, ...rest]: readonly string[],
  textFor: (old: string) => string,
): unknown[] {
  if (step === undefined) return typeof value === 'string' ? [textFor(value)] : [];
  if (Array.isArray(value))
    return value.flatMap((element: unknown, at) =>
      replaced(element, rest, textFor).map((changed): unknown => value.with(at, changed)),
    );
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value);
  return members.flatMap(([name, member], at) => {
    const changed =
      step === '{key}'
        ? [[textFor(name), member]]
        : step === '{value}' || step === name
          ? replaced(member, rest, textFor).map((one) => [name, one])
          : [];
    return changed.map((one) => Object.fromEntries(members.with(at, one as [string, unknown])) as unknown);
  });
}

const ROLE = 'arn:aws:iam::000000000000:role/r';
const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s';

/** Definitions that ECS takes, which have every string field between them that ECS still takes: not all go together. */
export const FULL_DEFINITIONS: readonly RegisterTaskDefinitionRequest[] = [
  {
    family: 'full',
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    networkMode: 'bridge',
    pidMode: 'task',
    ipcMode: 'task',
    cpu: '512',
    memory: '1024',
    requiresCompatibilities: ['EC2'],
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
    tags: [{ key: 'team', value: 'web' }],
    volumes: [
      { name: 'host', host: { sourcePath: '/srv' } },
      {
        name: 'docker',
        dockerVolumeConfiguration: {
          scope: 'task',
          driver: 'local',
          driverOpts: { type: 'tmpfs' },
          labels: { label: 'text' },
        },
      },
      {
        name: 'efs',
        efsVolumeConfiguration: {
          fileSystemId: 'fs-1',
          transitEncryption: 'ENABLED',
          authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
        },
      },
      { name: 'efs-folder', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/folder' } },
    ],
    containerDefinitions: [
      {
        name: 'app',
        image: 'busybox',
        command: ['sleep', '600'],
        entryPoint: ['env'],
        credentialSpecs: ['credentialspec:arn:aws:s3:::b/k'],
        dependsOn: [{ containerName: 'router', condition: 'START' }],
        dnsSearchDomains: ['example.org'],
        dnsServers: ['10.0.0.1'],
        dockerLabels: { label: 'text' },
        dockerSecurityOptions: ['no-new-privileges'],
        environment: [{ name: 'NAME', value: 'text' }],
        environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/k.env' }],
        extraHosts: [{ hostname: 'other', ipAddress: '10.0.0.2' }],
        healthCheck: { command: ['CMD-SHELL', 'true'] },
        hostname: 'host',
        links: ['router:alias'],
        linuxParameters: {
          capabilities: { add: ['SYS_PTRACE'], drop: ['MKNOD'] },
          devices: [{ hostPath: '/dev/null', containerPath: '/dev/xnull', permissions: ['read'] }],
          tmpfs: [{ containerPath: '/tmpfs', size: 1, mountOptions: ['noexec'] }],
        },
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'http://localhost', 'splunk-source': 'text' },
          secretOptions: [
            { name: 'splunk-token', valueFrom: SECRET },
            { name: 'other', valueFrom: SECRET },
          ],
        },
        mountPoints: [{ sourceVolume: 'host', containerPath: '/mounted' }],
        portMappings: [
          { name: 'http', containerPort: 80, protocol: 'tcp', appProtocol: 'http' },
          { containerPortRange: '8000-8001' },
        ],
        repositoryCredentials: { credentialsParameter: SECRET },
        resourceRequirements: [{ type: 'GPU', value: '1' }],
        secrets: [{ name: 'SECRET', valueFrom: SECRET }],
        systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
        ulimits: [{ name: 'nofile', softLimit: 10, hardLimit: 20 }],
        user: 'nobody',
        versionConsistency: 'disabled',
        volumesFrom: [{ sourceContainer: 'router' }],
        workingDirectory: '/work',
      },
      {
        name: 'router',
        image: 'busybox',
        firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
      },
      {
        name: 'routed',
        image: 'busybox',
        logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'file' } },
      },
    ],
  },
  {
    family: 'full-awsvpc',
    networkMode: 'awsvpc',
    volumes: [
      {
        name: 's3files',
        s3filesVolumeConfiguration: {
          fileSystemArn: 'arn:aws:s3files:us-east-1:000000000000:file-system/fs-1',
          accessPointArn: 'arn:aws:s3files:us-east-1:000000000000:file-system/fs-1/access-point/fsap-1',
          rootDirectory: '/',
        },
      },
    ],
    proxyConfiguration: {
      type: 'APPMESH',
      containerName: 'envoy',
      properties: [
        { name: 'IgnoredUID', value: '1337' },
        { name: 'ProxyIngressPort', value: '15000' },
        { name: 'ProxyEgressPort', value: '15001' },
        { name: 'AppPorts', value: '80' },
      ],
    },
    containerDefinitions: [{ name: 'envoy', image: 'busybox', memory: 64 }],
  },
  {
    family: 'full-windows',
    executionRoleArn: ROLE,
    runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
    volumes: [
      {
        name: 'fsx',
        fsxWindowsFileServerVolumeConfiguration: {
          fileSystemId: 'fs-1',
          rootDirectory: 'share',
          authorizationConfig: { credentialsParameter: SECRET, domain: 'example.org' },
        },
      },
    ],
    containerDefinitions: [{ name: 'app', image: 'windows', memory: 64 }],
  },
];
