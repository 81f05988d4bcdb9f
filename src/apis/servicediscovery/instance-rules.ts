import { isIPv4, isIPv6 } from 'node:net';
import type { DiscoveryService } from '../../model/service-discovery.ts';
import { invalidInput, violation } from './errors.ts';
import { checkAttributes } from './service-attributes.ts';

/** Source: Cloud Map API reference, RegisterInstance. */
const ID = '^[0-9a-zA-Z_/:.@-]+$';
const MAX_ID = 64;
const MAX_ATTRIBUTES = 30;

type Attributes = Readonly<Record<string, string>>;

/** What an instance of this service must and may have. Throws InvalidInput. Where not said otherwise the wording is ours. */
export function checkInstance(service: DiscoveryService, id: string, attributes: Attributes): void {
  if (id.length > MAX_ID)
    throw violation(`'${id}'`, 'instanceId', `Member must have length less than or equal to ${MAX_ID}`);
  if (!new RegExp(ID).test(id))
    throw violation(`'${id}'`, 'instanceId', `Member must satisfy regular expression pattern: ${ID}`);
  checkAttributes(attributes);
  if (Object.keys(attributes).length > MAX_ATTRIBUTES)
    throw invalidInput(`An instance can have up to ${MAX_ATTRIBUTES} attributes.`);
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6, AWS_INSTANCE_PORT: port } = attributes;
  if (ipv4 !== undefined && !isIPv4(ipv4)) throw invalidInput('A valid IPv4 address must be supplied.');
  if (ipv6 !== undefined && !isIPv6(ipv6)) throw invalidInput('A valid IPv6 address must be supplied.');
  // Source: Cloud Map's words, as public reports quote them.
  if (port !== undefined && !isPort(port)) throw invalidInput('A valid port number must be supplied.');
  const health = attributes['AWS_INIT_HEALTH_STATUS'];
  if (health !== undefined && health !== 'HEALTHY' && health !== 'UNHEALTHY')
    throw invalidInput('AWS_INIT_HEALTH_STATUS must be HEALTHY or UNHEALTHY.');
  checkRecordAttributes(service, attributes);
}

/** Source: Cloud Map API reference, RegisterInstance.Attributes: what the service's DNS records are made of. */
function checkRecordAttributes({ dnsConfig }: DiscoveryService, attributes: Attributes): void {
  if (!dnsConfig) return;
  if (attributes['AWS_ALIAS_DNS_NAME'] !== undefined) {
    if (dnsConfig.RoutingPolicy !== 'WEIGHTED')
      throw invalidInput('AWS_ALIAS_DNS_NAME needs a service with the routing policy WEIGHTED.');
    return;
  }
  const types = dnsConfig.DnsRecords.map(({ Type }) => Type);
  const need = (name: string, type: string): void => {
    if (attributes[name] === undefined)
      throw invalidInput(`The attribute ${name} is required for a service with a record of type ${type}.`);
  };
  if (types.includes('A')) need('AWS_INSTANCE_IPV4', 'A');
  if (types.includes('AAAA')) need('AWS_INSTANCE_IPV6', 'AAAA');
  if (types.includes('CNAME')) need('AWS_INSTANCE_CNAME', 'CNAME');
  if (!types.includes('SRV')) return;
  if (attributes['AWS_INSTANCE_PORT'] === undefined)
    throw invalidInput('A valid port number must be supplied.');
  if (attributes['AWS_INSTANCE_IPV6'] === undefined) need('AWS_INSTANCE_IPV4', 'SRV');
}

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
