import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DnsConfig,
  GetServiceRequest,
  GetServiceResponse,
  ListServicesRequest,
  ListServicesResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-servicediscovery';
import type { DiscoveryService, Namespace } from '../../model/service-discovery.ts';
import type { Nothing } from '../../model/ports.ts';
import { idLetters, recordOperation, type DiscoveryAction } from './dependencies.ts';
import { invalidInput, serviceExists, serviceInUse } from './errors.ts';
import { findNamespace, findService } from './find.ts';
import { matchesFilters, OWNER, pageByKey } from './lists.ts';
import { checkHealth, checkRecords, checkServiceName } from './service-rules.ts';
import { serviceShape } from './shape.ts';
import { toTagRecord } from './tags.ts';

export const createService: DiscoveryAction<CreateServiceRequest, CreateServiceResponse> = (
  context,
  input,
) => {
  const { discovery, caller, now, newId } = context;
  const { Name: name = '', CreatorRequestId, Description, DnsConfig, HealthCheckConfig } = input;
  checkServiceName(name);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- older clients name the namespace there
  const namespaceId = input.NamespaceId ?? DnsConfig?.NamespaceId;
  // The wording is ours.
  if (namespaceId === undefined) throw invalidInput('A NamespaceId must be specified.');
  const namespace = findNamespace(context, namespaceId);
  const dnsConfig = dnsConfigOf(namespace, input);
  checkHealth(namespace, input);
  const scope = { account: caller.account, region: caller.region };
  const same = discovery
    .listServices(scope)
    .find((one) => one.namespaceId === namespace.id && isSameName(one.name, name));
  if (same) throw serviceExists(same);
  const service: DiscoveryService = {
    scope,
    id: `srv-${idLetters(newId(), 16)}`,
    namespaceId: namespace.id,
    name,
    ...(Description !== undefined && { description: Description }),
    ...(dnsConfig && { dnsConfig }),
    ...(HealthCheckConfig && { healthCheck: { FailureThreshold: 1, ...HealthCheckConfig } }),
    hasCustomHealth: input.HealthCheckCustomConfig !== undefined,
    attributes: {},
    instancesRevision: 1,
    creatorRequestId: CreatorRequestId ?? newId(),
    tags: toTagRecord(input.Tags),
    createdAt: now(),
  };
  discovery.putService(service);
  return { Service: serviceShape(discovery, service) };
};

export const getService: DiscoveryAction<GetServiceRequest, GetServiceResponse> = (context, { Id }) => ({
  Service: serviceShape(context.discovery, findService(context, Id)),
});

export const listServices: DiscoveryAction<ListServicesRequest, ListServicesResponse> = (context, input) => {
  const { discovery, caller } = context;
  const filters = input.Filters?.map(({ Values = [], ...filter }) => ({
    ...filter,
    // A namespace may be named by its ARN.
    Values: Values.map((value) => value.replace(/^arn:.*\//, '')),
  }));
  const found = discovery
    .listServices(caller)
    .filter(({ namespaceId }) =>
      matchesFilters(filters, (name) => ({ NAMESPACE_ID: namespaceId, RESOURCE_OWNER: OWNER })[name]),
    );
  const { items, nextToken } = pageByKey('ListServices', found, input, ({ id }) => id);
  return {
    Services: items.map((service) => {
      const { CreatorRequestId: _id, NamespaceId: _namespace, ...shape } = serviceShape(discovery, service);
      return shape;
    }),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/**
 * Changes a service. Source: Cloud Map API reference, UpdateService: records or a health check that are not given are
 * deleted; of the records, the TTL alone can change, or a record go.
 */
export const updateService: DiscoveryAction<UpdateServiceRequest, UpdateServiceResponse> = (
  context,
  { Id, Service: change },
) => {
  const { discovery } = context;
  const { dnsConfig: before, healthCheck: _check, ...service } = findService(context, Id);
  const { Description, DnsConfig, HealthCheckConfig } = change ?? {};
  const records = DnsConfig?.DnsRecords;
  // The wording is ours.
  if (records && !before) throw invalidInput('DNS records cannot be added to a service that has none.');
  if (records) checkRecords(records, before?.RoutingPolicy);
  return discovery.transaction(() => {
    discovery.putService({
      ...service,
      ...(Description !== undefined && { description: Description }),
      ...(before && records && { dnsConfig: { ...before, DnsRecords: records } }),
      ...(HealthCheckConfig && { healthCheck: { FailureThreshold: 1, ...HealthCheckConfig } }),
    });
    return recordOperation(context, 'UPDATE_SERVICE', { SERVICE: service.id });
  });
};

export const deleteService: DiscoveryAction<DeleteServiceRequest, Nothing> = (context, { Id }) => {
  const { discovery } = context;
  const service = findService(context, Id);
  if (discovery.listInstances(service).length > 0) throw serviceInUse();
  discovery.deleteService(service);
  return {};
};

/** Names of DNS are the same in capitals. */
export const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Source: Cloud Map API reference, CreateService. The wording is ours. */
function dnsConfigOf(
  { type }: Namespace,
  { DnsConfig, Type }: { DnsConfig?: DnsConfig | undefined; Type?: string | undefined },
): DiscoveryService['dnsConfig'] {
  if (!DnsConfig) {
    if (type !== 'HTTP' && Type !== 'HTTP')
      throw invalidInput('DnsConfig must be specified for a service in a DNS namespace.');
    return undefined;
  }
  if (type === 'HTTP' || Type === 'HTTP')
    throw invalidInput('DnsConfig cannot be specified for a service that is found by the API alone.');
  const { DnsRecords = [], RoutingPolicy = 'MULTIVALUE' } = DnsConfig;
  checkRecords(DnsRecords, RoutingPolicy);
  return { DnsRecords, RoutingPolicy };
}
