import type {
  CreateHttpNamespaceRequest,
  CreateHttpNamespaceResponse,
  CreatePrivateDnsNamespaceRequest,
  CreatePrivateDnsNamespaceResponse,
  CreatePublicDnsNamespaceRequest,
  CreatePublicDnsNamespaceResponse,
  DeleteNamespaceRequest,
  DeleteNamespaceResponse,
  GetNamespaceRequest,
  GetNamespaceResponse,
  ListNamespacesRequest,
  ListNamespacesResponse,
  UpdateHttpNamespaceRequest,
  UpdateHttpNamespaceResponse,
  UpdatePrivateDnsNamespaceRequest,
  UpdatePrivateDnsNamespaceResponse,
  UpdatePublicDnsNamespaceRequest,
  UpdatePublicDnsNamespaceResponse,
} from '@aws-sdk/client-servicediscovery';
import type { Namespace } from '../../model/service-discovery.ts';
import { idLetters, recordOperation, type DiscoveryAction, type DiscoveryContext } from './dependencies.ts';
import { namespaceExists, namespaceInUse, namespaceNotFound, violation } from './errors.ts';
import { findNamespace } from './find.ts';
import { matchesFilters, OWNER, pageByKey } from './lists.ts';
import { namespaceShape } from './shape.ts';
import { toTagRecord } from './tags.ts';

/** Source: what Cloud Map answers for a namespace whose SOA was not given. */
const DEFAULT_SOA_TTL_SECONDS = 15;
/** Source: Cloud Map API reference, CreatePrivateDnsNamespace and CreateHttpNamespace. */
const MAX_DNS_NAME = 253;
const MAX_HTTP_NAME = 1024;

export const createHttpNamespace: DiscoveryAction<CreateHttpNamespaceRequest, CreateHttpNamespaceResponse> = (
  context,
  input,
) => create(context, input, { type: 'HTTP' });

/** Its names are served to tasks of ECS services alone; nothing is made at Route 53. */
export const createPrivateDnsNamespace: DiscoveryAction<
  CreatePrivateDnsNamespaceRequest,
  CreatePrivateDnsNamespaceResponse
> = (context, input) =>
  create(context, input, {
    type: 'DNS_PRIVATE',
    ...(input.Vpc !== undefined && { vpc: input.Vpc }),
    dns: newDns(context, input),
  });

/** The same as a private one: no name of it is public. */
export const createPublicDnsNamespace: DiscoveryAction<
  CreatePublicDnsNamespaceRequest,
  CreatePublicDnsNamespaceResponse
> = (context, input) => create(context, input, { type: 'DNS_PUBLIC', dns: newDns(context, input) });

export const deleteNamespace: DiscoveryAction<DeleteNamespaceRequest, DeleteNamespaceResponse> = (
  context,
  { Id },
) => {
  const { discovery } = context;
  const namespace = findNamespace(context, Id);
  if (discovery.listServices(namespace.scope).some(({ namespaceId }) => namespaceId === namespace.id))
    throw namespaceInUse();
  return discovery.transaction(() => {
    discovery.deleteNamespace(namespace);
    return recordOperation(context, 'DELETE_NAMESPACE', { NAMESPACE: namespace.id });
  });
};

export const getNamespace: DiscoveryAction<GetNamespaceRequest, GetNamespaceResponse> = (context, { Id }) => {
  const namespace = findNamespace(context, Id);
  return {
    Namespace: {
      ...namespaceShape(namespace, countServices(context, namespace)),
      CreatorRequestId: namespace.creatorRequestId,
    },
  };
};

export const listNamespaces: DiscoveryAction<ListNamespacesRequest, ListNamespacesResponse> = (
  context,
  input,
) => {
  const found = context.discovery.listNamespaces(context.caller).filter((namespace) =>
    matchesFilters(
      input.Filters,
      (name) =>
        ({
          NAME: namespace.name,
          HTTP_NAME: namespace.httpName,
          TYPE: namespace.type,
          RESOURCE_OWNER: OWNER,
        })[name],
    ),
  );
  const { items, nextToken } = pageByKey('ListNamespaces', found, input, ({ id }) => id);
  return {
    Namespaces: items.map((one) => namespaceShape(one, countServices(context, one))),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

export const updateHttpNamespace: DiscoveryAction<UpdateHttpNamespaceRequest, UpdateHttpNamespaceResponse> = (
  context,
  { Id, Namespace },
) => update(context, 'HTTP', Id, Namespace?.Description, undefined);

export const updatePrivateDnsNamespace: DiscoveryAction<
  UpdatePrivateDnsNamespaceRequest,
  UpdatePrivateDnsNamespaceResponse
> = (context, { Id, Namespace }) =>
  update(context, 'DNS_PRIVATE', Id, Namespace?.Description, Namespace?.Properties?.DnsProperties?.SOA?.TTL);

export const updatePublicDnsNamespace: DiscoveryAction<
  UpdatePublicDnsNamespaceRequest,
  UpdatePublicDnsNamespaceResponse
> = (context, { Id, Namespace }) =>
  update(context, 'DNS_PUBLIC', Id, Namespace?.Description, Namespace?.Properties?.DnsProperties?.SOA?.TTL);

function create(
  context: DiscoveryContext,
  {
    Name: name = '',
    CreatorRequestId: creatorRequestId,
    Description: description,
    Tags: tags,
  }: CreateHttpNamespaceRequest,
  kind: Pick<Namespace, 'type' | 'vpc' | 'dns'>,
): { OperationId: string } {
  const { discovery, caller, now, newId } = context;
  const maxLength = kind.type === 'HTTP' ? MAX_HTTP_NAME : MAX_DNS_NAME;
  if (!new RegExp(`^[!-~]{1,${maxLength}}$`).test(name))
    throw violation(
      `'${name}'`,
      'name',
      `Member must satisfy regular expression pattern: ^[!-~]{1,${maxLength}}$`,
    );
  const scope = { account: caller.account, region: caller.region };
  const alike = discovery.listNamespaces(scope).filter((one) => one.name === name);
  // A name may be used again with another VPC.
  const same = alike.find((one) => one.type === kind.type && one.vpc === kind.vpc);
  if (same) throw namespaceExists(same);
  const id = `ns-${idLetters(newId(), 16)}`;
  const namespace: Namespace = {
    scope,
    id,
    name,
    // Source: Cloud Map API reference, DiscoverInstances: a hash is added to a name that is there already.
    httpName: alike.length === 0 ? name : `${name}-${idLetters(newId(), 8)}`,
    ...kind,
    ...(description !== undefined && { description }),
    creatorRequestId: creatorRequestId ?? newId(),
    tags: toTagRecord(tags),
    createdAt: now(),
  };
  return discovery.transaction(() => {
    discovery.putNamespace(namespace);
    return recordOperation(context, 'CREATE_NAMESPACE', { NAMESPACE: id });
  });
}

/** What is not given stays. */
function update(
  context: DiscoveryContext,
  type: Namespace['type'],
  id: string | undefined,
  description: string | undefined,
  soaTtlSeconds: number | undefined,
): { OperationId: string } {
  const { discovery } = context;
  const namespace = findNamespace(context, id);
  if (namespace.type !== type) throw namespaceNotFound();
  return discovery.transaction(() => {
    discovery.putNamespace({
      ...namespace,
      ...(description !== undefined && { description }),
      ...(namespace.dns && soaTtlSeconds !== undefined && { dns: { ...namespace.dns, soaTtlSeconds } }),
    });
    return recordOperation(context, 'UPDATE_NAMESPACE', { NAMESPACE: namespace.id });
  });
}

const newDns = (
  { newId }: DiscoveryContext,
  { Properties }: Pick<CreatePublicDnsNamespaceRequest, 'Properties'>,
): NonNullable<Namespace['dns']> => ({
  hostedZoneId: `Z${idLetters(newId(), 20).toUpperCase()}`,
  soaTtlSeconds: Properties?.DnsProperties?.SOA?.TTL ?? DEFAULT_SOA_TTL_SECONDS,
});

const countServices = ({ discovery }: DiscoveryContext, { scope, id }: Namespace): number =>
  discovery.listServices(scope).filter(({ namespaceId }) => namespaceId === id).length;
