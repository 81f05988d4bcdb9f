import { bindActions, type Api } from '../../model/api.ts';
import { lowerFirst, sharedRefusals } from '../../model/violation.ts';
import type { DiscoveryDependencies } from './dependencies.ts';
import { discoverInstances, discoverInstancesRevision } from './discover.ts';
import { violation } from './errors.ts';
import {
  deregisterInstance,
  getInstance,
  getInstancesHealthStatus,
  listInstances,
  registerInstance,
  updateInstanceCustomHealthStatus,
} from './instances.ts';
import {
  createHttpNamespace,
  createPrivateDnsNamespace,
  createPublicDnsNamespace,
  deleteNamespace,
  getNamespace,
  listNamespaces,
  updateHttpNamespace,
  updatePrivateDnsNamespace,
  updatePublicDnsNamespace,
} from './namespaces.ts';
import { getOperation, listOperations } from './operation-records.ts';
import {
  deleteServiceAttributes,
  getServiceAttributes,
  updateServiceAttributes,
} from './service-attributes.ts';
import { createService, deleteService, getService, listServices, updateService } from './services.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { discoveryHead } from './wire.ts';

/** Every action by its AWS name. */
export const operations = {
  CreateHttpNamespace: createHttpNamespace,
  CreatePrivateDnsNamespace: createPrivateDnsNamespace,
  CreatePublicDnsNamespace: createPublicDnsNamespace,
  DeleteNamespace: deleteNamespace,
  GetNamespace: getNamespace,
  ListNamespaces: listNamespaces,
  UpdateHttpNamespace: updateHttpNamespace,
  UpdatePrivateDnsNamespace: updatePrivateDnsNamespace,
  UpdatePublicDnsNamespace: updatePublicDnsNamespace,
  CreateService: createService,
  GetService: getService,
  ListServices: listServices,
  UpdateService: updateService,
  DeleteService: deleteService,
  GetServiceAttributes: getServiceAttributes,
  UpdateServiceAttributes: updateServiceAttributes,
  DeleteServiceAttributes: deleteServiceAttributes,
  RegisterInstance: registerInstance,
  DeregisterInstance: deregisterInstance,
  GetInstance: getInstance,
  ListInstances: listInstances,
  GetInstancesHealthStatus: getInstancesHealthStatus,
  UpdateInstanceCustomHealthStatus: updateInstanceCustomHealthStatus,
  DiscoverInstances: discoverInstances,
  DiscoverInstancesRevision: discoverInstancesRevision,
  GetOperation: getOperation,
  ListOperations: listOperations,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} as const;

/** Cloud Map, served where there is no upstream. */
export function createDiscoveryApi(dependencies: DiscoveryDependencies): Api {
  return {
    ...discoveryHead,
    actions: bindActions(operations, dependencies),
    schema: 'servicediscovery',
    ...sharedRefusals((shown, path, rule) => violation(shown, lowerFirst(path), rule)),
  };
}
