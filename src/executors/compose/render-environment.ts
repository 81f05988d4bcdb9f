import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { DEFAULT_ACCOUNT } from '../../model/caller.ts';
import type { Task } from '../../model/task.ts';
import { isNameless } from './interpolation.ts';
import type { RenderContext } from './render.ts';
import type { Networking } from './render-networking.ts';

/** The sidecar's address for a container; none for one that has no network, or one from which nothing leads there. */
export function reachableEndpoint(
  { service, publishes }: Networking,
  { endpoint }: RenderContext,
): { readonly url?: string; readonly extraHost?: string } {
  if (service.network_mode === 'host')
    return endpoint?.hostUrl === undefined ? {} : { url: endpoint.hostUrl };
  return endpoint && publishes ? endpoint : {};
}

/**
 * What SDKs in a container need to call the sidecar by themselves. An account other than the default is named by the
 * access key, as for every other caller. The names are the AWS SDKs' and tools' own.
 */
export function endpointEnvironment(
  { scope }: Task,
  { url }: { readonly url?: string },
): Record<string, string> {
  if (url === undefined) return {};
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: scope.region,
    AWS_DEFAULT_REGION: scope.region,
    AWS_ACCESS_KEY_ID: scope.account === DEFAULT_ACCOUNT ? 'test' : scope.account,
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/** Variables by which a runtime waits for its debugger. Source: Node's CLI options; JPDA, connection and invocation. */
export function debugEnvironment(waits: string | undefined): Record<string, string> {
  if (waits === 'node') return { NODE_OPTIONS: '--inspect-brk=0.0.0.0:9229' };
  if (waits === 'java')
    return {
      JAVA_TOOL_OPTIONS: '-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=*:5005',
    };
  return {};
}

/** Of two variables of one name the last counts. */
export function renderEnvironment({ environment = [] }: ContainerDefinition): Record<string, string> {
  const variables = environment.map(({ name = '', value }) => {
    if (isNameless(name)) throw new Error('an environment variable has no name');
    // Without a value Compose would take the one of its own environment.
    return [name, value ?? ''] as const;
  });
  return Object.fromEntries(variables);
}
