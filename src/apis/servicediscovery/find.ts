import {
  discoveryServiceArn,
  namespaceArn,
  type DiscoveryInstance,
  type DiscoveryService,
  type Namespace,
} from '../../model/service-discovery.ts';
import type { DiscoveryContext } from './dependencies.ts';
import { instanceNotFound, namespaceNotFound, serviceNotFound } from './errors.ts';

/** A namespace of the caller's by its id or ARN. Throws NamespaceNotFound. */
export function findNamespace({ discovery, caller }: DiscoveryContext, idOrArn = ''): Namespace {
  const namespace = discovery.getNamespace(caller, lastPart(idOrArn));
  if (!namespace || (idOrArn.startsWith('arn:') && namespaceArn(namespace) !== idOrArn))
    throw namespaceNotFound();
  return namespace;
}

/** A service of the caller's by its id or ARN. Throws ServiceNotFound. */
export function findService({ discovery, caller }: DiscoveryContext, idOrArn = ''): DiscoveryService {
  const service = discovery.getService(caller, lastPart(idOrArn));
  if (!service || (idOrArn.startsWith('arn:') && discoveryServiceArn(service) !== idOrArn))
    throw serviceNotFound();
  return service;
}

/** An instance and its service. Throws ServiceNotFound or InstanceNotFound. */
export function findInstance(
  context: DiscoveryContext,
  { ServiceId, InstanceId = '' }: { ServiceId: string | undefined; InstanceId: string | undefined },
): { service: DiscoveryService; instance: DiscoveryInstance } {
  const service = findService(context, ServiceId);
  const instance = context.discovery.getInstance(service.scope, service.id, InstanceId);
  if (!instance) throw instanceNotFound();
  return { service, instance };
}

const lastPart = (idOrArn: string): string => idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
