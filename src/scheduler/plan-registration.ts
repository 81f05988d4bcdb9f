import type { ServiceRegistry } from '@aws-sdk/client-ecs';
import { ec2InstanceId } from '../model/container-instance.ts';
import type { Registration } from '../model/registration.ts';
import { serviceOfTask, type Service } from '../model/service.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model/task.ts';

/** What is known of a task whose service has a registry, or had one when it was registered. */
export type RegistrationView = {
  /** Undefined: forgotten since. */
  readonly task: Task | undefined;
  readonly service: Service | undefined;
  readonly definition: AwsTaskDefinition | undefined;
  /** What was saved of it. */
  readonly held: Registration | undefined;
  /** Whether this life of the sidecar has registered it: an earlier one may have died before. */
  readonly isConfirmed: boolean;
  /** Of the machine whose ports the tasks of the modes bridge and host have. */
  readonly hostAddress: string | undefined;
};

export type RegistrationStep =
  | {
      readonly kind: 'register';
      readonly registryArn: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'deregister'; readonly cause: string };

/** What is to be done that Cloud Map leads to this task exactly while it can answer. Pure. Undefined: nothing. */
export function planRegistration(view: RegistrationView): RegistrationStep | undefined {
  const { task, held, isConfirmed } = view;
  const cause = notServing(task);
  if (cause !== undefined || !task) return held && { kind: 'deregister', cause: cause ?? '' };
  if (held && isConfirmed) return undefined;
  const { registry, hasHealthCheck } = registryOf(view, task);
  if (!registry?.registryArn || (hasHealthCheck && task.healthStatus !== 'HEALTHY')) return undefined;
  const attributes = attributesOf(view, task, registry);
  return attributes && { kind: 'register', registryArn: registry.registryArn, attributes };
}

/** Why nobody is to be led to a task; undefined when it may be. Health that is not known any more changes nothing. */
function notServing(task: Task | undefined): string | undefined {
  if (!task) return 'the task is forgotten';
  if (task.desiredStatus === 'STOPPED') return 'the task is to stop';
  if (task.lastStatus !== 'RUNNING') return `the task is ${task.lastStatus}`;
  return task.healthStatus === 'UNHEALTHY' ? 'the task is UNHEALTHY' : undefined;
}

/** The registry of the deployment that made a task. */
function registryOf(
  { service }: RegistrationView,
  { startedBy }: Task,
): { registry: ServiceRegistry | undefined; hasHealthCheck: boolean } {
  const revision = service?.deployments.find(({ id }) => id === startedBy)?.revision;
  return {
    registry: revision?.serviceRegistries[0],
    hasHealthCheck: revision?.hasHealthCheck ?? false,
  };
}

/**
 * What a task is registered with; undefined while the engine has not yet shown where it is reached. Source: ECS
 * developer guide, service discovery: an address of the task's own in the mode awsvpc, of its machine in the others.
 */
function attributesOf(
  { definition, hostAddress }: RegistrationView,
  task: Task,
  { port, containerName, containerPort }: ServiceRegistry,
): Readonly<Record<string, string>> | undefined {
  const isAwsvpc = definition?.networkMode === 'awsvpc';
  const address = isAwsvpc ? task.networkInterface?.address?.privateIpv4Address : hostAddress;
  const asked = port ?? containerPort;
  const reached = isAwsvpc ? asked : hostPort(task, containerName, containerPort);
  if (address === undefined || (asked !== undefined && reached === undefined)) return undefined;
  return {
    AWS_INSTANCE_IPV4: address,
    ...(reached !== undefined && { AWS_INSTANCE_PORT: String(reached) }),
    AVAILABILITY_ZONE: `${task.scope.region}a`,
    REGION: task.scope.region,
    ECS_SERVICE_NAME: serviceOfTask(task) ?? '',
    ECS_CLUSTER_NAME: task.clusterName,
    ECS_TASK_DEFINITION_FAMILY: task.family,
    ...(task.containerInstanceArn !== undefined && {
      EC2_INSTANCE_ID: ec2InstanceId({ id: task.containerInstanceArn.split('/').at(-1) ?? '' }),
    }),
  };
}

const hostPort = (
  { containers }: Task,
  name: string | undefined,
  port: number | undefined,
): number | undefined =>
  containers
    .find((container) => container.name === name)
    ?.networkBindings.find(({ containerPort }) => containerPort === port)?.hostPort;
