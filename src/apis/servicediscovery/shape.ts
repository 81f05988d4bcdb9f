import type { Namespace as AwsNamespace, Service as AwsService } from '@aws-sdk/client-servicediscovery';
import {
  discoveryServiceArn,
  namespaceArn,
  type DiscoveryService,
  type DiscoveryStore,
  type Namespace,
} from '../../model/service-discovery.ts';

/** As GetNamespace and ListNamespaces answer it. */
export const namespaceShape = (namespace: Namespace, serviceCount: number): AwsNamespace => ({
  Id: namespace.id,
  Arn: namespaceArn(namespace),
  ResourceOwner: namespace.scope.account,
  Name: namespace.name,
  Type: namespace.type,
  ...(namespace.description !== undefined && { Description: namespace.description }),
  ServiceCount: serviceCount,
  Properties: {
    DnsProperties: namespace.dns
      ? { HostedZoneId: namespace.dns.hostedZoneId, SOA: { TTL: namespace.dns.soaTtlSeconds } }
      : { SOA: { TTL: 0 } },
    HttpProperties: { HttpName: namespace.httpName },
  },
  CreateDate: namespace.createdAt,
});

/** As GetService and ListServices answer it. */
export const serviceShape = (discovery: DiscoveryStore, service: DiscoveryService): AwsService => ({
  Id: service.id,
  Arn: discoveryServiceArn(service),
  ResourceOwner: service.scope.account,
  Name: service.name,
  NamespaceId: service.namespaceId,
  ...(service.description !== undefined && { Description: service.description }),
  InstanceCount: discovery.listInstances(service).length,
  ...(service.dnsConfig && {
    DnsConfig: {
      NamespaceId: service.namespaceId,
      RoutingPolicy: service.dnsConfig.RoutingPolicy,
      DnsRecords: [...service.dnsConfig.DnsRecords],
    },
  }),
  Type: service.dnsConfig ? 'DNS_HTTP' : 'HTTP',
  ...(service.healthCheck && { HealthCheckConfig: service.healthCheck }),
  // Source: Cloud Map API reference, HealthCheckCustomConfig: the threshold is always 1.
  ...(service.hasCustomHealth && { HealthCheckCustomConfig: { FailureThreshold: 1 } }),
  CreateDate: service.createdAt,
  CreatorRequestId: service.creatorRequestId,
  CreatedByAccount: service.scope.account,
});
