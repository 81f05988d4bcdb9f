import type { Attribute, Tag, VersionInfo } from '@aws-sdk/client-ecs';
import type { ContainerInstanceArn } from './arn.ts';
import type { Scope } from './caller.ts';

/** What a task holds of its container instance until it is STOPPED. */
export type Reservation = {
  readonly cpuUnits: number;
  readonly memoryMib: number;
  /** Host ports, e.g. `80/tcp`. */
  readonly ports: readonly string[];
  readonly gpuIds: readonly string[];
};

/** What the engine says of the machine that all tasks run on. */
export type HostFacts = {
  readonly cpuUnits: number;
  readonly memoryMib: number;
  readonly gpuIds: readonly string[];
  /** The engine has GPUs and does not say how many. */
  readonly hasUncountedGpus: boolean;
  readonly dockerVersion: string;
  /** e.g. `1.41`. */
  readonly apiVersion: string;
  readonly osType: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly logDrivers: readonly string[];
  readonly volumeDrivers: readonly string[];
};

export interface Host {
  facts(): HostFacts;
  /** Whether the engine answers. */
  connected(): boolean;
  /** Tasks are placed whatever CPU and memory they want. */
  readonly isUnlimited: boolean;
}

/** For what is decided without a machine. */
export const UNKNOWN_HOST: Host = {
  facts: () => ({
    cpuUnits: 0,
    memoryMib: 0,
    gpuIds: [],
    hasUncountedGpus: false,
    dockerVersion: '',
    apiVersion: '',
    osType: 'linux',
    architecture: 'x86_64',
    logDrivers: [],
    volumeDrivers: [],
  }),
  connected: () => false,
  isUnlimited: true,
};

/** A container instance as it is stored. What its tasks hold is not: it is summed up from the tasks. Immutable. */
export type ContainerInstance = {
  readonly scope: Scope;
  readonly arn: ContainerInstanceArn;
  /** 32 lower-case hex digits. */
  readonly id: string;
  readonly clusterName: string;
  /** Absent: it is the machine itself and has what the engine says. Tasks of every instance run there. */
  readonly registered?: {
    readonly resources: Reservation;
    readonly versionInfo?: VersionInfo;
  };
  /** Those that were given to it, besides those that the engine gives it. */
  readonly attributes: readonly Attribute[];
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  readonly tags: readonly Tag[];
  /** Goes up with each change, as ECS counts it. */
  readonly version: number;
  readonly registeredAt: Date;
};

/** What the tasks of one container instance are and hold that are not STOPPED. */
export type InstanceUsage = {
  readonly instanceArn: ContainerInstanceArn;
  readonly reserved: Omit<Reservation, 'ports'>;
  /** Of the tasks that are to run, those that do, and those on their way to it. */
  readonly runningTasksCount: number;
  readonly pendingTasksCount: number;
  /** Tasks that are to run, by their group. */
  readonly tasksByGroup: ReadonlyMap<string, number>;
};

/** What the tasks of one cluster hold that are not STOPPED. */
export type ClusterUsage = {
  readonly instances: readonly InstanceUsage[];
  /** Ports of the machine, e.g. `80/tcp`, that tasks of whatever cluster and account hold: all instances are that machine. */
  readonly hostPorts: readonly string[];
};

/** A container instance with its tasks, as placement and the cluster query language look at it. */
export type ContainerInstanceView = {
  readonly instance: ContainerInstance;
  readonly agentConnected: boolean;
  readonly agentVersion: string;
  readonly ec2InstanceId: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly total: Reservation;
  readonly used: Reservation;
  /** CPU and memory do not count. */
  readonly isUnlimited: boolean;
  /** GPUs do not count. */
  readonly hasUncountedGpus: boolean;
  readonly runningTasksCount: number;
  readonly pendingTasksCount: number;
  /** Tasks that are to run, by their group. */
  readonly tasksByGroup: ReadonlyMap<string, number>;
  /** How many more there are while a plan is made: there may be too many groups to copy them for each task. */
  readonly moreByGroup?: ReadonlyMap<string, number>;
};

/** How many tasks of a group are to run there. */
export const tasksOfGroup = ({ tasksByGroup, moreByGroup }: ContainerInstanceView, group: string): number =>
  (tasksByGroup.get(group) ?? 0) + (moreByGroup?.get(group) ?? 0);

/** Source: the ECS agent: SSH, Docker's ports and its own two. */
export const RESERVED_PORTS: readonly string[] = ['22', '2375', '2376', '51678', '51679'].map(
  (port) => `${port}/tcp`,
);

/** The version of the agent whose ways are followed here. */
export const AGENT_VERSION = '1.105.1';

const NOTHING: Omit<InstanceUsage, 'instanceArn'> = {
  reserved: { cpuUnits: 0, memoryMib: 0, gpuIds: [] },
  runningTasksCount: 0,
  pendingTasksCount: 0,
  tasksByGroup: new Map(),
};

/** A container instance together with what its tasks hold, and with the ports that any task of the machine holds. */
export function viewOf(
  instance: ContainerInstance,
  host: Host,
  { instances, hostPorts }: ClusterUsage,
): ContainerInstanceView {
  const facts = host.facts();
  const own = instances.find(({ instanceArn }) => instanceArn === instance.arn) ?? NOTHING;
  return {
    instance,
    agentConnected: host.connected(),
    agentVersion: instance.registered?.versionInfo?.agentVersion ?? AGENT_VERSION,
    ec2InstanceId: ec2InstanceId(instance),
    attributes: attributesOf(instance, facts),
    total: instance.registered?.resources ?? {
      cpuUnits: facts.cpuUnits,
      memoryMib: facts.memoryMib,
      ports: RESERVED_PORTS,
      gpuIds: facts.gpuIds,
    },
    used: { ...own.reserved, ports: hostPorts },
    isUnlimited: host.isUnlimited && !instance.registered,
    hasUncountedGpus: facts.hasUncountedGpus && !instance.registered,
    runningTasksCount: own.runningTasksCount,
    pendingTasksCount: own.pendingTasksCount,
    tasksByGroup: own.tasksByGroup,
  };
}

/** A name of the form that EC2 gives, made of the instance's own id. */
export const ec2InstanceId = ({ id }: Pick<ContainerInstance, 'id'>): string => `i-${id.slice(-17)}`;

/** Those that the engine gives an instance, and those given to it, which count first. */
function attributesOf(
  { attributes, scope }: ContainerInstance,
  facts: HostFacts,
): ReadonlyMap<string, string> {
  return new Map([
    ...hostAttributes(facts),
    ['ecs.availability-zone', `${scope.region}a`] as const,
    ...attributes.map(({ name = '', value = '' }) => [name, value] as const),
  ]);
}

/** Source: the ECS agent's capabilities, as of 1.105: what it registers on Linux. */
const AGENT_CAPABILITIES: readonly string[] = [
  'com.amazonaws.ecs.capability.ecr-auth',
  'com.amazonaws.ecs.capability.privileged-container',
  'com.amazonaws.ecs.capability.task-iam-role',
  'com.amazonaws.ecs.capability.task-iam-role-network-host',
  'ecs.capability.aws-appmesh',
  'ecs.capability.branch-cni-plugin-version',
  'ecs.capability.container-health-check',
  'ecs.capability.container-ordering',
  'ecs.capability.container-restart-policy',
  'ecs.capability.docker-plugin.local',
  'ecs.capability.efs',
  'ecs.capability.efsAuth',
  'ecs.capability.env-files.s3',
  'ecs.capability.execute-command',
  'ecs.capability.execution-role-awslogs',
  'ecs.capability.execution-role-ecr-pull',
  'ecs.capability.external',
  'ecs.capability.fault-injection',
  'ecs.capability.firelens.fluentbit',
  'ecs.capability.firelens.fluentd',
  'ecs.capability.firelens.options.config.file',
  'ecs.capability.firelens.options.config.s3',
  'ecs.capability.full-sync',
  'ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit',
  'ecs.capability.network.container-port-range',
  'ecs.capability.pid-ipc-namespace-sharing',
  'ecs.capability.private-registry-authentication.secretsmanager',
  'ecs.capability.secrets.asm.bootstrap.log-driver',
  'ecs.capability.secrets.asm.environment-variables',
  'ecs.capability.secrets.ssm.bootstrap.log-driver',
  'ecs.capability.secrets.ssm.environment-variables',
  'ecs.capability.service-connect-v1',
  'ecs.capability.storage.ebs-task-volume-attach',
  'ecs.capability.task-cpu-mem-limit',
  'ecs.capability.task-eia',
  'ecs.capability.task-eni',
  'ecs.capability.task-eni-block-instance-metadata',
  'ecs.capability.task-eni-trunking',
];

/** On Windows alone the agent has it; here such a file system is a folder. */
const FSX_CAPABILITY = 'ecs.capability.fsxWindowsFileServer';

/** The sidecar carries these out itself, whatever drivers the engine has. */
const OWN_LOG_DRIVERS: readonly string[] = ['awslogs', 'awsfirelens', 'none'];

/** The oldest version of Docker's API that the agent names. */
const OLDEST_API_MINOR = 17;

/** The engine's facts are one object for as long as they stay, and each plan of a service looks at them. */
const madeAttributes = new WeakMap<HostFacts, readonly (readonly [string, string])[]>();

function hostAttributes(facts: HostFacts): readonly (readonly [string, string])[] {
  const made = madeAttributes.get(facts) ?? makeHostAttributes(facts);
  madeAttributes.set(facts, made);
  return made;
}

function makeHostAttributes(facts: HostFacts): readonly (readonly [string, string])[] {
  const newestMinor = Number(facts.apiVersion.split('.')[1] ?? OLDEST_API_MINOR);
  const names = [
    ...AGENT_CAPABILITIES,
    FSX_CAPABILITY,
    ...facts.volumeDrivers.map((driver) => `ecs.capability.docker-plugin.${driver}`),
    ...[...OWN_LOG_DRIVERS, ...facts.logDrivers].map(
      (driver) => `com.amazonaws.ecs.capability.logging-driver.${driver}`,
    ),
  ];
  for (let minor = OLDEST_API_MINOR; minor <= newestMinor; minor++)
    names.push(`com.amazonaws.ecs.capability.docker-remote-api.1.${minor}`);
  return [
    ...names.map((name) => [name, ''] as const),
    ['ecs.os-type', facts.osType],
    ['ecs.os-family', facts.osType.toUpperCase()],
    ['ecs.cpu-architecture', facts.architecture],
    ['ecs.instance-type', 'docker'],
  ];
}

/** What is left of an instance. Of ports ECS tells here, too, those that are taken. */
export const remainingOf = ({ total, used }: ContainerInstanceView): Reservation => ({
  cpuUnits: Math.max(0, total.cpuUnits - used.cpuUnits),
  memoryMib: Math.max(0, total.memoryMib - used.memoryMib),
  ports: [...total.ports, ...used.ports],
  gpuIds: total.gpuIds.filter((id) => !used.gpuIds.includes(id)),
});
