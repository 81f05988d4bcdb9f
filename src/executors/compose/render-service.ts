import type { ContainerDefinition, HealthCheck, PortMapping } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import { DEFAULT_ACCOUNT } from '../../model/caller.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import { FLAGS_LABEL, flagsOfContainer, type DockerFlags } from './docker-flags.ts';
import { containerName, isReservedLabel, LABELS } from './names.ts';
import type { RenderContext } from './render.ts';
import type { Networking } from './render-networking.ts';
import { renderMounts } from './render-volumes.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type Port = Exclude<NonNullable<Service['ports']>[number], string | number>;

/** Source: ECS agent, container stop timeout. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
/** Docker takes 0 for 1024 shares and the kernel refuses 1. Source: ECS agent, dockerCPUShares. */
const MIN_CPU_SHARES = 2;
/** The least that Docker takes; smaller limits are raised to it. Source: ECS agent; ECS API reference, memory. */
const MIN_MEMORY_MIB = 6;

/** One container as a Compose service. Throws an Error for what no container can be made from. */
export function renderService({
  task,
  definition,
  container,
  networking,
  context,
}: {
  task: Task;
  definition: AwsTaskDefinition;
  container: ContainerDefinition;
  networking: Networking;
  context: RenderContext;
}): Service {
  const { name = '', image = '', memory, memoryReservation, user, workingDirectory } = container;
  const flags = flagsOfContainer(context.dockerFlags, container.dockerLabels?.[FLAGS_LABEL]);
  // An empty list is, to ECS, one that is not given; to Compose it would clear what the image says.
  const entrypoint = flags.entrypoint ?? (container.entryPoint?.length ? container.entryPoint : undefined);
  const endpoint = reachableEndpoint(networking, context);
  const environment = {
    ...endpointEnvironment(task, endpoint),
    ...debugEnvironment(waitsFor(container)),
    ...renderEnvironment(container, flags),
  };
  const ports = networking.publishes
    ? [...renderPorts(container, definition.networkMode), ...renderFlagPorts(flags)]
    : [];
  const volumes = renderMounts(container, definition.volumes ?? [], flags);
  const memoryLimit = flags.memoryBytes ?? (memory ? `${Math.max(memory, MIN_MEMORY_MIB)}m` : undefined);
  const chosenUser = flags.user ?? user;
  const service: Service = {
    image,
    container_name: containerName(task.family, task.revision, name, task.id),
    labels: renderLabels({ task, container, flags, context }),
    restart: 'no',
    stop_grace_period: `${container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS}s`,
    cpu_shares: Math.max(container.cpu ?? 0, MIN_CPU_SHARES),
    ...networking.service,
    ...renderAliases({ task, definition, container, networking }),
    ...(container.healthCheck && {
      healthcheck: renderHealthCheck(container.healthCheck, waitsFor(container)),
    }),
    ...(entrypoint && { entrypoint: [...entrypoint] }),
    ...(container.command?.length && { command: container.command }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(workingDirectory && { working_dir: workingDirectory }),
    ...(chosenUser && { user: chosenUser }),
    ...(memoryLimit !== undefined && { mem_limit: memoryLimit }),
    ...(memoryReservation && { mem_reservation: `${memoryReservation}m` }),
    ...(ports.length > 0 && { ports }),
    ...(volumes.length > 0 && { volumes }),
    ...(awslogsTarget(container, task.id) && { logging: { driver: 'json-file' } }),
    ...renderEngineOptions(container, flags, endpoint.extraHost),
  };
  for (const [field, value] of Object.entries(service)) refuseNul(field, value);
  return service;
}

/**
 * A task of a service is reached under its names at the containers that have ports, or where none has, at the essential
 * ones.
 */
function renderAliases({
  task,
  definition,
  container,
  networking,
}: {
  task: Task;
  definition: AwsTaskDefinition;
  container: ContainerDefinition;
  networking: Networking;
}): Service {
  const { networkAliases = [] } = task;
  if (networkAliases.length === 0 || !networking.publishes || networking.service.network_mode !== undefined)
    return {};
  const containers = definition.containerDefinitions ?? [];
  const hasPorts = ({ portMappings = [] }: ContainerDefinition): boolean => portMappings.length > 0;
  const isReached = containers.some(hasPorts) ? hasPorts(container) : (container.essential ?? true);
  if (!isReached) return {};
  return { networks: { ...networking.service.networks, default: { aliases: [...networkAliases] } } };
}

/**
 * Source: ECS API reference, HealthCheck: defaults 30 s, 5 s, 3 tries and no start period. A command that begins with
 * neither CMD, CMD-SHELL nor NONE is refused by Docker; it is taken as a program, or when it is one text, as shell code.
 */
function renderHealthCheck(
  { command = [], interval = 30, timeout = 5, retries = 3, startPeriod }: HealthCheck,
  waits: string | undefined,
) {
  // A program that waits for a debugger answers no check; the first success ends the period.
  const period = waits === undefined ? startPeriod && `${startPeriod}s` : '24h';
  const isMarked = ['CMD', 'CMD-SHELL', 'NONE'].includes(command[0] ?? '');
  return {
    test: isMarked ? command : [command.length === 1 ? 'CMD-SHELL' : 'CMD', ...command],
    interval: `${interval}s`,
    timeout: `${timeout}s`,
    retries,
    ...(period && { start_period: period }),
  };
}

/** The kernel ends a string at NUL, so neither an argument nor a variable or path can have one. */
function refuseNul(field: string, value: unknown): void {
  if (typeof value === 'string' && value.includes('\0')) throw new Error(`${field} has a NUL character`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    refuseNul(field, key);
    refuseNul(field, member);
  }
}

/** The sidecar's address for a container; none for one that has no network, or one from which nothing leads there. */
function reachableEndpoint(
  { service, publishes }: Networking,
  { endpoint }: RenderContext,
): { readonly url?: string; readonly extraHost?: string } {
  if (service.network_mode === 'host')
    return endpoint?.hostUrl === undefined ? {} : { url: endpoint.hostUrl };
  return endpoint && publishes ? endpoint : {};
}

/**
 * What SDKs in a container need to call the sidecar by themselves. An account other than the default is named by the
 * access key, as for every other caller. The names are the AWS SDKs' and tools' own.
 */
function endpointEnvironment({ scope }: Task, { url }: { readonly url?: string }): Record<string, string> {
  if (url === undefined) return {};
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: scope.region,
    AWS_DEFAULT_REGION: scope.region,
    AWS_ACCESS_KEY_ID: scope.account === DEFAULT_ACCOUNT ? 'test' : scope.account,
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/** On a container: its program is to wait at its start until a debugger is attached. */
const DEBUG_WAIT_LABEL = 'ecsidecar.debug.wait';

/** `node`, `java` or, for a program that waits by itself, anything else; undefined when it is not to wait. */
const waitsFor = ({ dockerLabels = {} }: ContainerDefinition): string | undefined => {
  const value = dockerLabels[DEBUG_WAIT_LABEL]?.trim();
  return value === undefined || /^(|0|false|off)$/.test(value) ? undefined : value;
};

/** Variables by which a runtime waits for its debugger. Source: Node's CLI options; JPDA, connection and invocation. */
function debugEnvironment(waits: string | undefined): Record<string, string> {
  if (waits === 'node') return { NODE_OPTIONS: '--inspect-brk=0.0.0.0:9229' };
  if (waits === 'java')
    return {
      JAVA_TOOL_OPTIONS: '-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=*:5005',
    };
  return {};
}

/** The last of two variables of one name counts, and those of the flags count over the definition's. */
function renderEnvironment(container: ContainerDefinition, flags: DockerFlags): Record<string, string> {
  const ofContainer = (container.environment ?? []).map(({ name = '', value }) => {
    if (name.replace(/[\r\n]/g, '') === '') throw new Error('an environment variable has no name');
    // Without a value Compose would take the one of its own environment.
    return [name, value ?? ''] as const;
  });
  return Object.fromEntries([...ofContainer, ...Object.entries(flags.environment)]);
}

/** Ours win over all others: by them the sidecar knows its containers. */
function renderLabels({
  task,
  container,
  flags,
  context,
}: {
  task: Task;
  container: ContainerDefinition;
  flags: DockerFlags;
  context: RenderContext;
}): Record<string, string> {
  const logs = awslogsTarget(container, task.id);
  const given = Object.entries({ ...container.dockerLabels, ...flags.labels });
  for (const [name] of given) {
    if (name.replace(/[\r\n]/g, '') === '') throw new Error('a Docker label has no name');
  }
  return {
    ...Object.fromEntries(given.filter(([name]) => !isReservedLabel(name))),
    [LABELS.cluster]: task.clusterName,
    [LABELS.containerName]: container.name ?? '',
    [LABELS.taskArn]: task.arn,
    [LABELS.family]: task.family,
    [LABELS.revision]: String(task.revision),
    [LABELS.sidecarId]: context.sidecarId,
    [LABELS.essential]: String(container.essential ?? true),
    ...(logs && { [LABELS.logGroup]: logs.group }),
    ...(logs?.region !== undefined &&
      logs.region !== task.scope.region && { [LABELS.logRegion]: logs.region }),
    ...(logs?.stream !== undefined && { [LABELS.logStream]: logs.stream }),
  };
}

/**
 * bridge: `hostPort` 0 or none is a random port of the host. awsvpc has no ports on the host; they are published on
 * random ones all the same, so that they can be reached. Source: ECS API reference, PortMapping.
 */
function renderPorts(container: ContainerDefinition, networkMode: AwsTaskDefinition['networkMode']): Port[] {
  return (container.portMappings ?? []).flatMap(
    ({ containerPort, hostPort, protocol }: PortMapping): Port[] => {
      if (containerPort === undefined) return [];
      const fixed = networkMode !== 'awsvpc' && hostPort ? { published: String(hostPort) } : {};
      return [{ target: containerPort, protocol: protocol ?? 'tcp', ...fixed }];
    },
  );
}

function renderFlagPorts(flags: DockerFlags): Port[] {
  return flags.ports.map(({ hostIp, hostPort, containerPort, protocol }) => ({
    target: containerPort,
    protocol,
    ...(hostPort !== undefined && { published: hostPort }),
    ...(hostIp !== undefined && { host_ip: hostIp }),
  }));
}

/** Members of Docker's that a definition has under other names, with what the flags add to them or set over them. */
function renderEngineOptions(
  container: ContainerDefinition,
  flags: DockerFlags,
  endpointHost: string | undefined,
): Service {
  const dns = [...(container.dnsServers ?? []), ...flags.dns];
  const extraHosts = [
    ...(container.extraHosts ?? []).map(({ hostname = '', ipAddress = '' }) => `${hostname}:${ipAddress}`),
    ...flags.extraHosts,
    ...(endpointHost === undefined ? [] : [endpointHost]),
  ];
  const limits = (container.ulimits ?? []).map(
    ({ name = '', softLimit = 0, hardLimit = 0 }) => [name, { soft: softLimit, hard: hardLimit }] as const,
  );
  const ulimits = { ...Object.fromEntries(limits), ...flags.ulimits };
  return {
    ...(container.dnsSearchDomains?.length && { dns_search: container.dnsSearchDomains }),
    ...(container.dockerSecurityOptions?.length && { security_opt: container.dockerSecurityOptions }),
    ...(container.hostname && { hostname: container.hostname }),
    ...(container.readonlyRootFilesystem && { read_only: true }),
    ...((container.privileged || flags.privileged) && { privileged: true }),
    ...(dns.length > 0 && { dns }),
    ...(extraHosts.length > 0 && { extra_hosts: extraHosts }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(flags.capAdd.length > 0 && { cap_add: [...flags.capAdd] }),
    ...(flags.platform !== undefined && { platform: flags.platform }),
    ...(flags.shmSizeBytes !== undefined && { shm_size: flags.shmSizeBytes }),
  };
}
