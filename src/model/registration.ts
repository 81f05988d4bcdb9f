import { parseArn, type TaskArn } from './arn.ts';
import { AwsError } from './aws-error.ts';
import type { Scope } from './caller.ts';
import { isUnserved, type AwsCalls, type CallContext } from './local-apis.ts';

/**
 * That a task is an instance of a Cloud Map service, or is about to be: saved before it is registered, forgotten when it
 * is deregistered.
 */
export type Registration = {
  readonly scope: Scope;
  readonly taskArn: TaskArn;
  /** Of the Cloud Map service. */
  readonly registryArn: string;
  /** The task's id. */
  readonly instanceId: string;
};

export interface RegistrationStore {
  put(registration: Registration): void;
  delete(registration: Registration): void;
  /** Of every account and region. */
  all(): Registration[];
}

/** What ECS has to know of a Cloud Map service. */
export type ServiceRegistryFacts = {
  /** Of its DNS records; none for one that is found by the API alone. */
  readonly recordTypes: readonly string[];
  /** Its name in DNS; none where it has none that can be looked up. */
  readonly dnsName?: string;
};

type Described = {
  readonly Service?: {
    readonly Name?: string;
    readonly NamespaceId?: string;
    readonly DnsConfig?: {
      readonly NamespaceId?: string;
      readonly DnsRecords?: readonly { readonly Type?: string }[];
    };
  };
};

/**
 * What Cloud Map says of one of its services. `absent`: there is none. `unknown`: the upstream does not serve Cloud Map.
 * Throws what the calls throw.
 */
export async function lookUpRegistry(
  calls: AwsCalls,
  arn: string,
  context: CallContext,
): Promise<ServiceRegistryFacts | 'absent' | 'unknown'> {
  const id = registryId(arn, context.caller);
  if (id === undefined) return 'absent';
  try {
    const { Service: service } = (await calls.call(
      'servicediscovery',
      'GetService',
      { Id: id },
      context,
    )) as Described;
    const dns = service?.DnsConfig;
    const recordTypes = (dns?.DnsRecords ?? []).flatMap(({ Type }) => Type ?? []);
    if (!dns) return { recordTypes };
    const namespaceId = service.NamespaceId ?? dns.NamespaceId ?? '';
    const namespace = await namespaceName(calls, namespaceId, context);
    const name = `${service.Name ?? ''}.${namespace ?? ''}`;
    return { recordTypes, ...(isDnsName(name) && { dnsName: name }) };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ServiceNotFound') return 'absent';
    if (isUnserved(error)) return 'unknown';
    throw error;
  }
}

/** The name of a namespace by its id or ARN; undefined where it has none. Throws what the call throws. */
export async function namespaceName(
  calls: AwsCalls,
  id: string,
  context: CallContext,
): Promise<string | undefined> {
  const answer = (await calls.call('servicediscovery', 'GetNamespace', { Id: id }, context)) as {
    readonly Namespace?: { readonly Name?: string };
  };
  return answer.Namespace?.Name;
}

/** The id in the ARN of a Cloud Map service of this account and region; undefined for any other text. */
export function registryId(arn: string, { account, region }: Scope): string | undefined {
  const parsed = parseArn(arn);
  const isOurs =
    parsed?.service === 'servicediscovery' &&
    parsed.resourceType === 'service' &&
    parsed.scope.account === account &&
    parsed.scope.region === region;
  return isOurs ? parsed.resource : undefined;
}

/** Names that DNS can have, so that nothing else of a request becomes one. Source: RFC 1035, with underscores. */
const isDnsName = (name: string): boolean =>
  name.length <= 253 &&
  /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+$/i.test(name);
