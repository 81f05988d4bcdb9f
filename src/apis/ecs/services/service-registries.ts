import type { ServiceConnectConfiguration, ServiceRegistry } from '@aws-sdk/client-ecs';
import { AwsError } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import { isUnserved } from '../../../model/local-apis.ts';
import { lookUpRegistry, namespaceName, type ServiceRegistryFacts } from '../../../model/registration.ts';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import type { EcsContext } from '../dependencies.ts';
import { checkContainers } from './service-rules.ts';
import { refuse } from '../refuse.ts';

/** What Cloud Map says of what a request names. */
export type Discovered = {
  /** Of its registry. Absent: it has none, or the upstream does not serve Cloud Map. */
  readonly registry?: ServiceRegistryFacts;
  /** The name of the Service Connect namespace that it names by an ARN. */
  readonly connectNamespace?: string;
};

type DiscoveryInput = {
  readonly cluster?: string | undefined;
  readonly serviceRegistries?: readonly ServiceRegistry[] | undefined;
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration | undefined;
};

/**
 * Goes on with what Cloud Map says of a request's registry and namespace; at once where it names neither. Throws
 * InvalidParameterException for what is not there.
 */
export function withDiscovered<Answer>(
  context: EcsContext,
  input: DiscoveryInput,
  goOn: (discovered: Discovered) => Answer,
): Answer | Promise<Answer> {
  const [registry] = input.serviceRegistries ?? [];
  const namespace = connectNamespaceOf(context, input);
  const namespaceArn = namespace?.startsWith('arn:') === true ? namespace : undefined;
  if (!registry && namespaceArn === undefined) return goOn({});
  return discover(context, registry, namespaceArn).then(goOn);
}

async function discover(
  context: EcsContext,
  registry: ServiceRegistry | undefined,
  namespaceArn: string | undefined,
): Promise<Discovered> {
  const { registryArn = '' } = registry ?? {};
  const found = registry && (await lookUpRegistry(context.calls, registryArn, context));
  // The wording is ours.
  if (found === 'absent') return refuse(`The service registry does not exist. Registry: ${registryArn}`);
  const connectNamespace =
    namespaceArn === undefined ? undefined : await connectNamespaceName(context, namespaceArn);
  return {
    ...(found !== undefined && found !== 'unknown' && { registry: found }),
    ...(connectNamespace !== undefined && { connectNamespace }),
  };
}

async function connectNamespaceName(context: EcsContext, arn: string): Promise<string | undefined> {
  try {
    return await namespaceName(context.calls, arn, context);
  } catch (error) {
    if (isUnserved(error)) return undefined;
    // The wording is ours.
    if (error instanceof AwsError && error.code === 'NamespaceNotFound')
      return refuse(`The namespace ${arn} does not exist.`);
    throw error;
  }
}

/** Source: ECS API reference, ClusterServiceConnectDefaultsRequest: the cluster's where the service names none. */
function connectNamespaceOf(
  { store, caller }: EcsContext,
  { cluster, serviceConnectConfiguration: connect }: DiscoveryInput,
): string | undefined {
  if (connect?.enabled !== true) return undefined;
  const clusterName = cluster?.slice(cluster.lastIndexOf('/') + 1) ?? 'default';
  return connect.namespace ?? store.clusters.get(caller, clusterName)?.serviceConnectDefaults?.namespace;
}

/** A revision's Service Connect configuration, with the namespace of the cluster where it names none. */
export function connectOf(
  { serviceConnectDefaults }: Cluster,
  connect: ServiceConnectConfiguration | undefined,
): { serviceConnectConfiguration?: ServiceConnectConfiguration } {
  if (!connect) return {};
  const namespace = connect.namespace ?? (connect.enabled ? serviceConnectDefaults?.namespace : undefined);
  if (connect.enabled && connect.services?.length && !namespace) refuse('Namespace is missing');
  return { serviceConnectConfiguration: { ...connect, ...(namespace !== undefined && { namespace }) } };
}

/**
 * Source: ECS API reference, ServiceRegistry; ECS developer guide, service discovery considerations. ECS's words, as
 * public reports quote them, where not said otherwise.
 */
export function checkRegistry(
  definition: AwsTaskDefinition,
  registry: ServiceRegistry | undefined,
  facts: ServiceRegistryFacts | undefined,
): void {
  if (!registry) return;
  const { registryArn = '', port, containerName, containerPort } = registry;
  const of = `Registry: ${registryArn}`;
  const hasContainer = containerName !== undefined && containerPort !== undefined;
  if (hasContainer && port !== undefined)
    refuse(
      "Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. Remove one and retry.",
    );
  if (containerPort !== undefined) checkContainers(definition, [{ containerName, containerPort }]);
  if (definition.networkMode !== 'awsvpc') {
    if (!hasContainer)
      refuse(
        `When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be specified from the task definition. ${of}`,
      );
    // The wording is ours.
    if (facts && facts.recordTypes.length > 0 && !facts.recordTypes.includes('SRV'))
      refuse(
        `When specifying 'host' or 'bridge' for networkMode, the service registry must use a DNS record of the type SRV. ${of}`,
      );
    return;
  }
  if (!facts || facts.recordTypes.length === 0) return;
  if (facts.recordTypes.includes('SRV')) {
    // The wording follows that of both.
    if (!hasContainer && port === undefined)
      refuse(
        `Specify a value for either 'port' or the 'containerName' and 'containerPort' combination. ${of}`,
      );
    return;
  }
  const needless = containerPort === undefined ? (port === undefined ? undefined : 'port') : 'containerPort';
  if (needless !== undefined)
    refuse(
      `The values specified for serviceRegistries do not require a value for '${needless}'. Remove the value and retry. ${of}`,
    );
}
