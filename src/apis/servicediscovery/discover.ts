import type {
  DiscoverInstancesRequest,
  DiscoverInstancesResponse,
  DiscoverInstancesRevisionRequest,
  DiscoverInstancesRevisionResponse,
} from '@aws-sdk/client-servicediscovery';
import type { DiscoveryInstance, DiscoveryService } from '../../model/service-discovery.ts';
import type { DiscoveryAction, DiscoveryContext } from './dependencies.ts';
import { namespaceNotFound, serviceNotFound } from './errors.ts';
import { healthOf } from './instances.ts';
import { checkRange } from './lists.ts';
import { isSameName } from './services.ts';

const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 1000;

/** The instances of a service by its name, healthy ones where there are any. Source: Cloud Map API reference. */
export const discoverInstances: DiscoveryAction<DiscoverInstancesRequest, DiscoverInstancesResponse> = (
  context,
  input,
) => {
  checkRange('maxResults', input.MaxResults, 1, MAX_RESULTS);
  const service = findByName(context, input);
  const wanted = context.discovery
    .listInstances(service)
    .filter((one) => hasAll(one, input.QueryParameters ?? {}));
  const preferred = wanted.filter((one) => hasAll(one, input.OptionalParameters ?? {}));
  const found = ofHealth(service, preferred.length > 0 ? preferred : wanted, input.HealthStatus);
  return {
    Instances: found.slice(0, input.MaxResults ?? DEFAULT_RESULTS).map((one) => ({
      InstanceId: one.id,
      NamespaceName: input.NamespaceName,
      ServiceName: service.name,
      HealthStatus: healthOf(service, one),
      Attributes: one.attributes,
    })),
    InstancesRevision: service.instancesRevision,
  };
};

export const discoverInstancesRevision: DiscoveryAction<
  DiscoverInstancesRevisionRequest,
  DiscoverInstancesRevisionResponse
> = (context, input) => ({ InstancesRevision: findByName(context, input).instancesRevision });

function findByName(
  { discovery, caller }: DiscoveryContext,
  { NamespaceName = '', ServiceName = '' }: DiscoverInstancesRevisionRequest,
): DiscoveryService {
  const namespace = discovery
    .listNamespaces(caller)
    .find(({ httpName }) => isSameName(httpName, NamespaceName));
  if (!namespace) throw namespaceNotFound();
  const service = discovery
    .listServices(caller)
    .find((one) => one.namespaceId === namespace.id && isSameName(one.name, ServiceName));
  if (!service) throw serviceNotFound();
  return service;
}

const hasAll = ({ attributes }: DiscoveryInstance, asked: Readonly<Record<string, string>>): boolean =>
  Object.entries(asked).every(([key, value]) => attributes[key] === value);

/** Source: Cloud Map API reference, DiscoverInstances.HealthStatus: ignored for a service without a health check. */
function ofHealth(
  service: DiscoveryService,
  instances: readonly DiscoveryInstance[],
  filter: DiscoverInstancesRequest['HealthStatus'] = 'HEALTHY_OR_ELSE_ALL',
): readonly DiscoveryInstance[] {
  if (filter === 'ALL' || (!service.hasCustomHealth && !service.healthCheck)) return instances;
  const healthy = instances.filter((one) => healthOf(service, one) === 'HEALTHY');
  if (filter === 'UNHEALTHY') return instances.filter((one) => !healthy.includes(one));
  return filter === 'HEALTHY_OR_ELSE_ALL' && healthy.length === 0 ? instances : healthy;
}
