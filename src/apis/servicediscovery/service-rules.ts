import type { CreateServiceRequest, DnsRecord } from '@aws-sdk/client-servicediscovery';
import type { Namespace } from '../../model/service-discovery.ts';
import { invalidInput, violation } from './errors.ts';
import { checkRange } from './lists.ts';

/** Source: Cloud Map API reference, CreateService.Name. */
const NAME =
  '((?=^.{1,127}$)^([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])(\\.([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9]))*$)|(^\\.$)';

/** Throws InvalidInput. */
export function checkServiceName(name: string): void {
  if (!new RegExp(NAME).test(name))
    throw violation(`'${name}'`, 'name', `Member must satisfy regular expression pattern: ${NAME}`);
}

/**
 * Source: Cloud Map API reference, DnsConfig and DnsRecord: A with AAAA or SRV or both, or SRV, or CNAME alone, which
 * takes the policy WEIGHTED. The wording is ours.
 */
export function checkRecords(records: readonly DnsRecord[], policy: string | undefined): void {
  const types = records.map(({ Type }) => Type);
  if (types.length === 0) throw invalidInput('DnsRecords must have at least one record.');
  if (new Set(types).size < types.length) throw invalidInput('DnsRecords may have one record of each type.');
  for (const { TTL } of records) checkRange('dnsConfig.dnsRecords.tTL', TTL, 0, 2_147_483_647);
  if (!types.includes('CNAME')) return;
  if (types.length > 1) throw invalidInput('A CNAME record cannot be combined with other records.');
  if (policy !== 'WEIGHTED') throw invalidInput('A CNAME record needs the routing policy WEIGHTED.');
}

/** Source: Cloud Map API reference, HealthCheckConfig and HealthCheckCustomConfig. The wording is ours. */
export function checkHealth(
  { type }: Namespace,
  { HealthCheckConfig, HealthCheckCustomConfig }: CreateServiceRequest,
): void {
  if (HealthCheckConfig && HealthCheckCustomConfig)
    throw invalidInput('Only one of HealthCheckConfig and HealthCheckCustomConfig can be specified.');
  if (HealthCheckConfig && type !== 'DNS_PUBLIC')
    throw invalidInput('HealthCheckConfig can be specified for services in public DNS namespaces alone.');
  checkRange('healthCheckConfig.failureThreshold', HealthCheckConfig?.FailureThreshold, 1, 10);
  if (HealthCheckConfig?.Type === 'TCP' && HealthCheckConfig.ResourcePath !== undefined)
    throw invalidInput('ResourcePath cannot be specified for a health check of type TCP.');
}
