import type { DnsRecord, HealthCheckConfig, RoutingPolicy } from '@aws-sdk/client-servicediscovery';
import type { Scope } from './caller.ts';

/** A namespace of Cloud Map. */
export type Namespace = {
  readonly scope: Scope;
  /** `ns-` and 16 letters and digits. */
  readonly id: string;
  readonly name: string;
  /** By which DiscoverInstances finds it: its name, or where another has that already, one made of it. */
  readonly httpName: string;
  readonly type: 'HTTP' | 'DNS_PRIVATE' | 'DNS_PUBLIC';
  readonly description?: string;
  /** Of one whose names are served by DNS. Nothing is made at Route 53. */
  readonly dns?: { readonly hostedZoneId: string; readonly soaTtlSeconds: number };
  /** Of DNS_PRIVATE. */
  readonly vpc?: string;
  readonly creatorRequestId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** A service of Cloud Map: what instances are registered with. */
export type DiscoveryService = {
  readonly scope: Scope;
  /** `srv-` and 16 letters and digits. */
  readonly id: string;
  readonly namespaceId: string;
  readonly name: string;
  readonly description?: string;
  /** Absent: found by the API alone. */
  readonly dnsConfig?: { readonly RoutingPolicy: RoutingPolicy; readonly DnsRecords: readonly DnsRecord[] };
  /** Stored and shown; nothing checks the instances. */
  readonly healthCheck?: HealthCheckConfig;
  /** Whether the health of its instances is told by UpdateInstanceCustomHealthStatus. */
  readonly hasCustomHealth: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** One higher with each change of its instances. */
  readonly instancesRevision: number;
  readonly creatorRequestId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

export type DiscoveryInstance = {
  readonly scope: Scope;
  readonly serviceId: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly isHealthy: boolean;
  readonly creatorRequestId: string;
};

export type DiscoveryOperationType =
  | 'CREATE_NAMESPACE'
  | 'DELETE_NAMESPACE'
  | 'UPDATE_NAMESPACE'
  | 'UPDATE_SERVICE'
  | 'REGISTER_INSTANCE'
  | 'DEREGISTER_INSTANCE';

/** What was asked for and is done: it is complete when it is answered. */
export type DiscoveryOperation = {
  readonly scope: Scope;
  readonly id: string;
  readonly type: DiscoveryOperationType;
  readonly targets: Readonly<Partial<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string>>>;
  readonly createdAt: Date;
};

/** State of Cloud Map. Every call is synchronous and durable against the death of the process. */
export interface DiscoveryStore {
  getNamespace(scope: Scope, id: string): Namespace | undefined;
  putNamespace(namespace: Namespace): void;
  deleteNamespace(namespace: Namespace): void;
  /** Ascending by id. */
  listNamespaces(scope: Scope): Namespace[];
  getService(scope: Scope, id: string): DiscoveryService | undefined;
  putService(service: DiscoveryService): void;
  deleteService(service: DiscoveryService): void;
  /** Ascending by id. */
  listServices(scope: Scope): DiscoveryService[];
  getInstance(scope: Scope, serviceId: string, id: string): DiscoveryInstance | undefined;
  putInstance(instance: DiscoveryInstance): void;
  deleteInstance(instance: DiscoveryInstance): void;
  /** Ascending by id. */
  listInstances(service: Pick<DiscoveryService, 'scope' | 'id'>): DiscoveryInstance[];
  addOperation(operation: DiscoveryOperation): void;
  getOperation(scope: Scope, id: string): DiscoveryOperation | undefined;
  /** Newest first; old ones are not kept. */
  listOperations(scope: Scope): DiscoveryOperation[];
  /** All or nothing; nested calls join the outer transaction. */
  transaction<T>(run: () => T): T;
}

export const namespaceArn = ({ scope: { account, region }, id }: Pick<Namespace, 'scope' | 'id'>): string =>
  `arn:aws:servicediscovery:${region}:${account}:namespace/${id}`;

export const discoveryServiceArn = ({
  scope: { account, region },
  id,
}: Pick<DiscoveryService, 'scope' | 'id'>): string =>
  `arn:aws:servicediscovery:${region}:${account}:service/${id}`;
