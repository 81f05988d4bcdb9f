import type {
  ContainerDefinition,
  LinuxParameters,
  LogConfiguration,
  PortMapping,
  TaskDefinition,
  Volume,
} from '@aws-sdk/client-ecs';

/**
 * What becomes of a member of a task definition. `stored`: accepted and answered, but without a meaning on this
 * machine, and why. `refused`: AWS takes it no more, nor does the registration here. `test`: the file that shows it,
 * below `test/`.
 */
export type Field =
  | { readonly becomes: string; readonly test: string }
  | { readonly stored: string; readonly test: string }
  | { readonly refused: string; readonly test: string }
  | { readonly notYet: string };

/** Says what a definition is, and asks for nothing. */
const descriptive: Field = {
  becomes: 'answered by DescribeTaskDefinition',
  test: 'unit/apis/ecs/task-definitions/task-definitions.test.ts',
};

/** The compiler refuses this table while it lacks a member of AWS's type; so does a test, of the generated schema. */
export const CONTAINER_FIELDS = {
  name: { becomes: 'the service, `container_name`, labels', test: 'e2e/render-container.test.ts' },
  image: { becomes: '`image`', test: 'e2e/render-container.test.ts' },
  repositoryCredentials: {
    becomes: 'the credentials of the pull, from the secret',
    test: 'e2e/registry.test.ts',
  },
  cpu: { becomes: '`cpu_shares`', test: 'e2e/fields/task.test.ts' },
  memory: { becomes: '`mem_limit`', test: 'e2e/fields/task.test.ts' },
  memoryReservation: { becomes: '`mem_reservation`', test: 'e2e/fields/task.test.ts' },
  links: { becomes: '`links`', test: 'e2e/fields/networking.test.ts' },
  portMappings: { becomes: '`ports`', test: 'e2e/ports-and-pulls.test.ts' },
  essential: { becomes: 'its end stops the task', test: 'e2e/lifecycle.test.ts' },
  restartPolicy: { becomes: 'the sidecar starts the container again', test: 'e2e/restart-policy.test.ts' },
  entryPoint: { becomes: '`entrypoint`', test: 'e2e/render-container.test.ts' },
  command: { becomes: '`command`', test: 'e2e/render-container.test.ts' },
  environment: { becomes: '`environment`', test: 'e2e/render-container.test.ts' },
  environmentFiles: {
    becomes: 'variables, read at the start of each task; see secrets',
    test: 'e2e/fields/secrets.test.ts',
  },
  mountPoints: { becomes: '`volumes` of the service', test: 'e2e/fields/volumes.test.ts' },
  volumesFrom: { becomes: '`volumes_from`', test: 'e2e/fields/container.test.ts' },
  linuxParameters: { becomes: 'see below', test: 'e2e/fields/container.test.ts' },
  secrets: {
    becomes: 'variables, which Compose takes from its own environment: `${ECSIDECAR_ENV_…}`',
    test: 'e2e/fields/secrets.test.ts',
  },
  dependsOn: {
    becomes: 'containers start as their conditions are met and stop in reverse; `depends_on`, for people',
    test: 'e2e/depends-on.test.ts',
  },
  startTimeout: {
    becomes: 'what waits for the container is given up after it',
    test: 'e2e/depends-on.test.ts',
  },
  stopTimeout: { becomes: '`stop_grace_period`', test: 'e2e/lifecycle.test.ts' },
  versionConsistency: {
    becomes:
      "`image`: the id of the image of the deployment's first task, once the tag means another one; `disabled`: the tag",
    test: 'e2e/version-consistency.test.ts',
  },
  hostname: { becomes: '`hostname`', test: 'e2e/fields/networking.test.ts' },
  user: { becomes: '`user`', test: 'e2e/fields/container.test.ts' },
  workingDirectory: { becomes: '`working_dir`', test: 'e2e/fields/container.test.ts' },
  disableNetworking: { becomes: '`network_mode: none`', test: 'e2e/fields/networking.test.ts' },
  privileged: { becomes: '`privileged`', test: 'e2e/fields/container.test.ts' },
  readonlyRootFilesystem: { becomes: '`read_only`', test: 'e2e/fields/container.test.ts' },
  dnsServers: { becomes: '`dns`', test: 'e2e/fields/networking.test.ts' },
  dnsSearchDomains: { becomes: '`dns_search`', test: 'e2e/fields/networking.test.ts' },
  extraHosts: { becomes: '`extra_hosts`', test: 'e2e/fields/networking.test.ts' },
  dockerSecurityOptions: { becomes: '`security_opt`', test: 'e2e/fields/container.test.ts' },
  interactive: { becomes: '`stdin_open`', test: 'e2e/fields/container.test.ts' },
  pseudoTerminal: { becomes: '`tty`', test: 'e2e/fields/container.test.ts' },
  dockerLabels: { becomes: '`labels`', test: 'e2e/fields/container.test.ts' },
  ulimits: { becomes: '`ulimits`', test: 'e2e/fields/container.test.ts' },
  logConfiguration: { becomes: 'see below', test: 'e2e/fields/logging.test.ts' },
  healthCheck: { becomes: '`healthcheck`', test: 'e2e/fields/health.test.ts' },
  systemControls: {
    becomes: '`sysctls`; of a namespace that containers share, on the pause container',
    test: 'e2e/fields/container.test.ts',
  },
  resourceRequirements: {
    becomes: 'GPU: `deploy.resources.reservations.devices` of the driver `nvidia`; Neuron devices: stored',
    test: 'e2e/fields/container.test.ts',
  },
  firelensConfiguration: {
    becomes: '`configs`, a volume for the socket; `fluentd` as the driver of those that log through it',
    test: 'e2e/firelens.test.ts',
  },
  credentialSpecs: {
    stored: 'they name accounts of an Active Directory, which this machine has not joined',
    test: 'e2e/fields/task.test.ts',
  },
} as const satisfies Record<keyof ContainerDefinition, Field>;

export const PORT_FIELDS = {
  containerPort: { becomes: '`target`', test: 'e2e/ports-and-pulls.test.ts' },
  hostPort: { becomes: '`published`', test: 'e2e/ports-and-pulls.test.ts' },
  protocol: { becomes: '`protocol`', test: 'e2e/fields/networking.test.ts' },
  name: {
    becomes: 'a name of the service, where its Service Connect names it',
    test: 'e2e/fields/networking.test.ts',
  },
  appProtocol: {
    stored: 'it tells Service Connect’s proxy how to read the traffic, and there is none',
    test: 'e2e/fields/networking.test.ts',
  },
  containerPortRange: {
    becomes: '`ports`, whose host ports follow each other',
    test: 'e2e/fields/networking.test.ts',
  },
} as const satisfies Record<keyof PortMapping, Field>;

export const LINUX_FIELDS = {
  capabilities: { becomes: '`cap_add`, `cap_drop`', test: 'e2e/fields/container.test.ts' },
  devices: { becomes: '`devices`', test: 'e2e/fields/container.test.ts' },
  initProcessEnabled: { becomes: '`init`', test: 'e2e/fields/container.test.ts' },
  sharedMemorySize: { becomes: '`shm_size`', test: 'e2e/fields/container.test.ts' },
  tmpfs: { becomes: '`tmpfs`', test: 'e2e/fields/container.test.ts' },
  maxSwap: { becomes: '`memswap_limit`: the memory and this', test: 'e2e/fields/container.test.ts' },
  swappiness: { becomes: '`mem_swappiness`, where there is `maxSwap`', test: 'e2e/fields/container.test.ts' },
} as const satisfies Record<keyof LinuxParameters, Field>;

export const LOG_FIELDS = {
  logDriver: {
    becomes: '`logging`; `awslogs`: the Logs API here, `awsfirelens`: the router',
    test: 'e2e/fields/logging.test.ts',
  },
  options: {
    becomes: '`logging`; of awslogs: group, region, stream, create-group, events of several lines',
    test: 'e2e/fields/logging.test.ts',
  },
  secretOptions: {
    becomes: "options of Docker's own drivers, as `secrets`; variables of the FireLens router",
    test: 'e2e/fields/secrets.test.ts',
  },
} as const satisfies Record<keyof LogConfiguration, Field>;

export const VOLUME_FIELDS = {
  name: { becomes: 'a volume, which lives as long as the task', test: 'e2e/fields/volumes.test.ts' },
  host: { becomes: 'a bind mount of `sourcePath`', test: 'e2e/fields/volumes.test.ts' },
  dockerVolumeConfiguration: {
    becomes: '`volumes` with driver, options and labels; shared: `external`, kept after the task',
    test: 'e2e/fields/volumes.test.ts',
  },
  efsVolumeConfiguration: {
    becomes: 'a folder below the data folder for each file system and root directory or access point, kept',
    test: 'e2e/fields/volumes.test.ts',
  },
  s3filesVolumeConfiguration: { becomes: 'as for EFS', test: 'e2e/fields/volumes.test.ts' },
  fsxWindowsFileServerVolumeConfiguration: { becomes: 'as for EFS', test: 'e2e/fields/volumes.test.ts' },
  configuredAtLaunch: {
    becomes: 'a volume, which lives as long as the task',
    test: 'e2e/fields/volumes.test.ts',
  },
} as const satisfies Record<keyof Volume, Field>;

export const TASK_FIELDS = {
  taskDefinitionArn: descriptive,
  containerDefinitions: { becomes: '`services`', test: 'e2e/render-container.test.ts' },
  family: { becomes: 'part of container names, a label', test: 'e2e/flow.test.ts' },
  taskRoleArn: {
    stored: 'there is no IAM here; tasks have test credentials',
    test: 'e2e/fields/task.test.ts',
  },
  executionRoleArn: {
    stored: 'there is no IAM here; images and secrets are fetched with what the sidecar has',
    test: 'e2e/fields/task.test.ts',
  },
  networkMode: {
    becomes:
      'bridge: the main network; awsvpc: the network of a pause container there; host and none: `network_mode`',
    test: 'e2e/fields/networking.test.ts',
  },
  revision: { becomes: 'part of container names, a label', test: 'e2e/flow.test.ts' },
  volumes: { becomes: '`volumes`, see below', test: 'e2e/fields/volumes.test.ts' },
  status: descriptive,
  requiresAttributes: descriptive,
  placementConstraints: {
    becomes: 'on which container instances its tasks may be',
    test: 'e2e/service-placement.test.ts',
  },
  compatibilities: descriptive,
  runtimePlatform: { becomes: '`platform`; Windows stops the task', test: 'e2e/fields/task.test.ts' },
  requiresCompatibilities: descriptive,
  cpu: { becomes: '`cpus` of each container', test: 'e2e/fields/task.test.ts' },
  memory: { becomes: '`mem_limit` of each container without its own', test: 'e2e/fields/task.test.ts' },
  inferenceAccelerators: {
    refused: 'AWS has none any more',
    test: 'unit/apis/ecs/task-definitions/more-rules.test.ts',
  },
  pidMode: {
    becomes: '`pid`: the host’s, or that of the pause container',
    test: 'e2e/fields/networking.test.ts',
  },
  ipcMode: {
    becomes: '`ipc`: the host’s, that of the pause container, or none',
    test: 'e2e/fields/networking.test.ts',
  },
  proxyConfiguration: {
    stored: 'it leads traffic through the proxy of App Mesh, which AWS has ended',
    test: 'e2e/fields/task.test.ts',
  },
  registeredAt: descriptive,
  deregisteredAt: descriptive,
  deleteRequestedAt: descriptive,
  registeredBy: descriptive,
  ephemeralStorage: {
    stored: 'containers write to Docker’s disk, which has one bound for all',
    test: 'e2e/fields/task.test.ts',
  },
  enableFaultInjection: {
    stored: 'there is no endpoint that faults could be asked of',
    test: 'e2e/fields/task.test.ts',
  },
} as const satisfies Record<keyof TaskDefinition, Field>;
