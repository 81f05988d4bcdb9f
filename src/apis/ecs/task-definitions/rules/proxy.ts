import type { Rule } from './rule.ts';

/** Properties that App Mesh's proxy needs, as ECS names them. Only the first of its words is known. */
const PROPERTIES = [
  ['ProxyIngressPort', 'Ingress port not found'],
  ['ProxyEgressPort', 'Egress port not found'],
  ['AppPorts', 'App ports not found'],
] as const;

/** Source: ECS's words, September 2026. */
export const proxyRules: readonly Rule[] = [
  ({ definition: { proxyConfiguration }, networkMode }) =>
    proxyConfiguration && networkMode !== 'awsvpc'
      ? 'APPMESH proxy configuration is only supported in networkMode=awsvpc'
      : undefined,
  ({ definition: { proxyConfiguration }, containers }) => {
    const { containerName = '' } = proxyConfiguration ?? {};
    return proxyConfiguration && !containers.some(({ name }) => name === containerName)
      ? `Proxy container [${containerName}] does not exist.`
      : undefined;
  },
  ({ definition: { proxyConfiguration } }) => {
    if (!proxyConfiguration) return undefined;
    const names = new Set((proxyConfiguration.properties ?? []).map(({ name }) => name));
    return PROPERTIES.find(([property]) => !names.has(property))?.[1];
  },
];
