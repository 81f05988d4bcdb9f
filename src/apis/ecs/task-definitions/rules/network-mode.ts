import { eachContainer, type Rule } from './rule.ts';

/** What a container cannot have when the task has a network interface of its own. Source: ECS's words, September 2026. */
export const networkModeRules: readonly Rule[] = [
  eachContainer([
    ({ hostname }, { networkMode }) =>
      networkMode === 'awsvpc' && hostname !== undefined
        ? 'hostname is not supported on container when networkMode=awsvpc.'
        : undefined,
    ({ disableNetworking }, { networkMode }) =>
      networkMode === 'awsvpc' && disableNetworking === true
        ? 'Disable Networking is not supported on container when networkMode=awsvpc.'
        : undefined,
    ({ extraHosts = [] }, { networkMode }) =>
      networkMode === 'awsvpc' && extraHosts.length > 0
        ? 'Extra hosts are not supported on container when networkMode=awsvpc.'
        : undefined,
    ({ dnsServers = [], dnsSearchDomains = [] }, { networkMode }) =>
      networkMode === 'awsvpc' && dnsServers.length + dnsSearchDomains.length > 0
        ? 'DNS servers are not supported on container when networkMode=awsvpc.'
        : undefined,
    // Source: ECS API reference, ContainerDefinition.links: with bridge only; ECS's words are known for awsvpc.
    ({ links = [] }, { networkMode }) =>
      networkMode !== 'bridge' && links.length > 0
        ? `Links are not supported when networkMode=${networkMode}.`
        : undefined,
  ]),
];
