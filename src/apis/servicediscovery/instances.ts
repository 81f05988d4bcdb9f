import type {
  DeregisterInstanceRequest,
  DeregisterInstanceResponse,
  GetInstanceRequest,
  GetInstanceResponse,
  GetInstancesHealthStatusRequest,
  GetInstancesHealthStatusResponse,
  HealthStatus,
  ListInstancesRequest,
  ListInstancesResponse,
  RegisterInstanceRequest,
  RegisterInstanceResponse,
  UpdateInstanceCustomHealthStatusRequest,
} from '@aws-sdk/client-servicediscovery';
import type { DiscoveryInstance, DiscoveryService } from '../../model/service-discovery.ts';
import type { Nothing } from '../../model/ports.ts';
import { recordOperation, type DiscoveryAction, type DiscoveryContext } from './dependencies.ts';
import { instanceNotFound, noCustomHealth } from './errors.ts';
import { findInstance, findService } from './find.ts';
import { checkInstance } from './instance-rules.ts';
import { pageByKey } from './lists.ts';

/** Registers an instance, or registers the one of this id anew. It is complete at once. */
export const registerInstance: DiscoveryAction<RegisterInstanceRequest, RegisterInstanceResponse> = (
  context,
  input,
) => {
  const { discovery, newId } = context;
  const { InstanceId: id = '', Attributes: given = {}, CreatorRequestId } = input;
  const service = findService(context, input.ServiceId);
  checkInstance(service, id, given);
  const { AWS_INIT_HEALTH_STATUS: initial = 'HEALTHY', ...attributes } = given;
  const instance: DiscoveryInstance = {
    scope: service.scope,
    serviceId: service.id,
    id,
    attributes: { ...attributes, ...(service.hasCustomHealth && { AWS_INIT_HEALTH_STATUS: initial }) },
    isHealthy: initial === 'HEALTHY',
    creatorRequestId: CreatorRequestId ?? newId(),
  };
  return discovery.transaction(() => {
    discovery.putInstance(instance);
    bump(context, service);
    return recordOperation(context, 'REGISTER_INSTANCE', targetsOf(service, id));
  });
};

export const deregisterInstance: DiscoveryAction<DeregisterInstanceRequest, DeregisterInstanceResponse> = (
  context,
  input,
) => {
  const { discovery } = context;
  const { service, instance } = findInstance(context, input);
  return discovery.transaction(() => {
    discovery.deleteInstance(instance);
    bump(context, service);
    return recordOperation(context, 'DEREGISTER_INSTANCE', targetsOf(service, instance.id));
  });
};

export const getInstance: DiscoveryAction<GetInstanceRequest, GetInstanceResponse> = (context, input) => {
  const { instance } = findInstance(context, input);
  return {
    ResourceOwner: instance.scope.account,
    Instance: { ...shape(instance), CreatorRequestId: instance.creatorRequestId },
  };
};

export const listInstances: DiscoveryAction<ListInstancesRequest, ListInstancesResponse> = (
  context,
  input,
) => {
  const service = findService(context, input.ServiceId);
  const instances = context.discovery.listInstances(service);
  const { items, nextToken } = pageByKey('ListInstances', instances, input, ({ id }) => id);
  return {
    ResourceOwner: service.scope.account,
    Instances: items.map(shape),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** The health of the instances that are named, or of all. Throws InstanceNotFound for one that is not there. */
export const getInstancesHealthStatus: DiscoveryAction<
  GetInstancesHealthStatusRequest,
  GetInstancesHealthStatusResponse
> = (context, input) => {
  const service = findService(context, input.ServiceId);
  const all = context.discovery.listInstances(service);
  const { Instances: asked = [] } = input;
  if (asked.some((id) => !all.some((one) => one.id === id))) throw instanceNotFound();
  const found = asked.length === 0 ? all : all.filter(({ id }) => asked.includes(id));
  const { items, nextToken } = pageByKey('GetInstancesHealthStatus', found, input, ({ id }) => id);
  return {
    Status: Object.fromEntries(items.map((one) => [one.id, healthOf(service, one)])),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** Sets the health of an instance whose service has a custom health check. Throws CustomHealthNotFound. */
export const updateInstanceCustomHealthStatus: DiscoveryAction<
  UpdateInstanceCustomHealthStatusRequest,
  Nothing
> = (context, input) => {
  const { discovery } = context;
  const { service, instance } = findInstance(context, input);
  if (!service.hasCustomHealth) throw noCustomHealth();
  discovery.transaction(() => {
    discovery.putInstance({ ...instance, isHealthy: input.Status === 'HEALTHY' });
    bump(context, service);
  });
  return {};
};

/** As DiscoverInstances tells it: a health check of Route 53 is taken to succeed, without any nothing is known. */
export function healthOf(service: DiscoveryService, { isHealthy }: DiscoveryInstance): HealthStatus {
  if (service.hasCustomHealth) return isHealthy ? 'HEALTHY' : 'UNHEALTHY';
  return service.healthCheck ? 'HEALTHY' : 'UNKNOWN';
}

const shape = ({ id, attributes, scope }: DiscoveryInstance) => ({
  Id: id,
  Attributes: attributes,
  CreatedByAccount: scope.account,
});

const bump = ({ discovery }: DiscoveryContext, service: DiscoveryService): void => {
  discovery.putService({ ...service, instancesRevision: service.instancesRevision + 1 });
};

const targetsOf = ({ id, namespaceId }: DiscoveryService, instanceId: string) => ({
  NAMESPACE: namespaceId,
  SERVICE: id,
  INSTANCE: instanceId,
});
