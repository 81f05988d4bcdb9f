import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../../model/aws-error.ts';
import { isUnserved } from '../../../model/local-apis.ts';
import type { JsonMap } from '../../../model/stack.ts';
import {
  alreadyExists,
  generatedName,
  HandlerError,
  ignoreAbsent,
  textOf,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { recordedHandler } from './recorded.ts';
import { awsTags, tagChanges } from './tags.ts';
import type { ToApi } from './to-api.ts';

const SERVICE = 'servicediscovery';
/** An upstream's Cloud Map may take its time; ours is done at once. */
const POLL_MS = 500;
/** How long a deletion waits for what is in it to go, e.g. the instances of tasks that stop. */
const DRAIN_MS = 60_000;
/** A name of DNS: Cloud Map takes no longer label. */
const MAX_SERVICE_NAME = 63;

type Kind = 'HttpNamespace' | 'PrivateDnsNamespace' | 'PublicDnsNamespace';
type Named = { readonly Id?: string; readonly Arn?: string; readonly CreatorRequestId?: string };
type Namespace = Named & {
  readonly Properties?: { readonly DnsProperties?: { readonly HostedZoneId?: string } };
};
type Operation = {
  readonly Status?: string;
  readonly ErrorMessage?: string;
  readonly Targets?: Readonly<Record<string, string>>;
};

/**
 * `AWS::ServiceDiscovery::HttpNamespace`, `PrivateDnsNamespace` and `PublicDnsNamespace`: `Ref` is its id. What is made
 * bears the resource's token, so that an earlier run's is known again.
 */
export const discoveryNamespace = (toApi: ToApi, kind: Kind): ResourceHandler => {
  const found = async (context: ResourceContext, id: string): Promise<Outcome> => {
    const { Namespace = {} } = (await context.call(SERVICE, 'GetNamespace', { Id: id })) as {
      readonly Namespace?: Namespace;
    };
    const zone = Namespace.Properties?.DnsProperties?.HostedZoneId;
    return {
      kind: 'done',
      physicalId: id,
      attributes: {
        Id: id,
        Arn: Namespace.Arn ?? '',
        ...(kind !== 'HttpNamespace' && { HostedZoneId: zone ?? '' }),
      },
    };
  };
  return orRecorded(`AWS::ServiceDiscovery::${kind}`, {
    serviceName: 'AWSServiceDiscovery',
    isTagged: true,
    createOnly: kind === 'PrivateDnsNamespace' ? ['Name', 'Vpc'] : ['Name'],
    async create(context) {
      const { call, token, data, properties } = context;
      const operationId = textOf(data, 'operation');
      if (operationId !== undefined) {
        const { Status, ErrorMessage, Targets } = await operationOf(context, operationId);
        if (Status === 'FAIL')
          throw new HandlerError(
            ErrorMessage ?? 'The namespace could not be created.',
            'GeneralServiceException',
          );
        if (Status === 'SUCCESS') return found(context, Targets?.['NAMESPACE'] ?? '');
        return { kind: 'again', afterMs: POLL_MS, data };
      }
      try {
        const { OperationId } = await call(SERVICE, `Create${kind}`, {
          ...toApi(SERVICE, `Create${kind}Request`, properties),
          CreatorRequestId: token,
          Tags: awsTags(context, SERVICE),
        });
        return { kind: 'again', afterMs: 1, data: { operation: String(OperationId) } };
      } catch (error) {
        if (!isTaken(error)) throw error;
        const known = await madeBefore(context, 'Namespace', [
          { Name: 'NAME', Values: [properties['Name']] },
        ]);
        if (known === undefined) throw alreadyExists({ ...context, physicalId: textOf(properties, 'Name') });
        return found(context, known);
      }
    },
    async update(context) {
      const { physicalId: Id = '', properties, before = {}, call } = context;
      const { Description = '', Properties } = toApi(SERVICE, `Create${kind}Request`, properties);
      if (!isSame(properties, before, ['Description', 'Properties']))
        await call(SERVICE, `Update${kind}`, {
          Id,
          Namespace: { Description, ...(Properties !== undefined && { Properties }) },
        });
      await changeTags(context);
      return { kind: 'done', physicalId: Id };
    },
    remove: (context) => removeWhenEmpty(context, 'DeleteNamespace'),
  });
};

/** `AWS::ServiceDiscovery::Service`: `Ref` is its id. */
export const discoveryService = (toApi: ToApi): ResourceHandler =>
  orRecorded('AWS::ServiceDiscovery::Service', {
    serviceName: 'AWSServiceDiscovery',
    isTagged: true,
    createOnly: ['Name', 'NamespaceId', 'Type', 'HealthCheckCustomConfig'],
    async create(context) {
      const { call, token, properties } = context;
      const { ServiceAttributes: _attributes, ...input } = toApi(SERVICE, 'CreateServiceRequest', properties);
      const Name = textOf(properties, 'Name') ?? generatedName(context, MAX_SERVICE_NAME);
      const made = (await call(SERVICE, 'CreateService', {
        ...input,
        Name,
        CreatorRequestId: token,
        Tags: awsTags(context, SERVICE),
      }).catch(async (error: unknown) => {
        if (!isTaken(error)) throw error;
        const known = await madeBefore(context, 'Service', []);
        if (known === undefined) throw alreadyExists({ ...context, physicalId: Name });
        return call(SERVICE, 'GetService', { Id: known });
      })) as { readonly Service?: Named };
      const { Id = '', Arn = '' } = made.Service ?? {};
      await setAttributes({ ...context, physicalId: Id });
      return { kind: 'done', physicalId: Id, attributes: { Id, Arn, Name } };
    },
    async update(context) {
      const { physicalId: Id = '', properties, before = {}, call } = context;
      const fixed = (from: JsonMap) => {
        const dns = (from['DnsConfig'] ?? {}) as JsonMap;
        return [dns['NamespaceId'], dns['RoutingPolicy']];
      };
      // Source: CloudFormation's template reference, AWS::ServiceDiscovery::Service DnsConfig.
      if (!isDeepStrictEqual(fixed(properties), fixed(before))) return { kind: 'replace' };
      const {
        Description = '',
        DnsConfig,
        HealthCheckConfig,
      } = toApi(SERVICE, 'CreateServiceRequest', properties);
      if (!isSame(properties, before, ['Description', 'DnsConfig', 'HealthCheckConfig']))
        await call(SERVICE, 'UpdateService', {
          Id,
          Service: {
            Description,
            ...(DnsConfig !== undefined && {
              DnsConfig: { DnsRecords: (DnsConfig as { readonly DnsRecords?: unknown }).DnsRecords },
            }),
            ...(HealthCheckConfig !== undefined && { HealthCheckConfig }),
          },
        });
      await setAttributes(context);
      await changeTags(context);
      return { kind: 'done', physicalId: Id };
    },
    remove: (context) => removeWhenEmpty(context, 'DeleteService'),
  });

/** `AWS::ServiceDiscovery::Instance`: `Ref` is its id. */
export const discoveryInstance = (): ResourceHandler => {
  const register = async ({ properties, physicalId = '', call }: ResourceContext): Promise<Outcome> => {
    await call(SERVICE, 'RegisterInstance', {
      ServiceId: textOf(properties, 'ServiceId'),
      InstanceId: physicalId,
      Attributes: textsOf(properties['InstanceAttributes']),
    });
    return { kind: 'done', physicalId };
  };
  return orRecorded('AWS::ServiceDiscovery::Instance', {
    serviceName: 'AWSServiceDiscovery',
    createOnly: ['InstanceId', 'ServiceId'],
    nameOf: (context) => textOf(context.properties, 'InstanceId') ?? generatedName(context, 64),
    create: register,
    update: register,
    async remove({ properties, physicalId, call }) {
      const ServiceId = textOf(properties, 'ServiceId');
      await call(SERVICE, 'DeregisterInstance', { ServiceId, InstanceId: physicalId }).catch(ignoreAbsent);
      return 'done';
    },
  });
};

/** Where an upstream does not serve Cloud Map the resource is recorded only: its tasks are reached by their service's name. */
function orRecorded(type: string, handler: ResourceHandler): ResourceHandler {
  const recorded = recordedHandler(type);
  const { create, update, remove } = handler;
  return {
    ...handler,
    create: (context) =>
      create(context).catch((error: unknown) => {
        if (!recorded || !isUnserved(error)) throw error;
        return recorded.create({ ...context, physicalId: recorded.nameOf?.(context) });
      }),
    ...(update && {
      update: (context) =>
        update(context).catch((error: unknown): Outcome => {
          if (!isUnserved(error)) throw error;
          return { kind: 'done', physicalId: context.physicalId ?? '' };
        }),
    }),
    remove: (context) =>
      remove(context).catch((error: unknown) => {
        if (!isUnserved(error)) throw error;
        return 'done' as const;
      }),
  };
}

async function operationOf({ call }: ResourceContext, OperationId: string): Promise<Operation> {
  const { Operation: operation } = (await call(SERVICE, 'GetOperation', { OperationId })) as {
    readonly Operation?: Operation;
  };
  return operation ?? {};
}

const isTaken = (error: unknown): boolean =>
  error instanceof AwsError && /^(Namespace|Service)AlreadyExists$/.test(error.code);

/** The id of what an earlier run of this very step made; undefined when another request did. */
async function madeBefore(
  { call, token, isRetry }: ResourceContext,
  kind: 'Namespace' | 'Service',
  Filters: readonly unknown[],
): Promise<string | undefined> {
  if (!isRetry) return undefined;
  let NextToken: unknown;
  do {
    const page = await call(SERVICE, `List${kind}s`, { Filters, NextToken });
    for (const { Id } of (page[`${kind}s`] ?? []) as readonly Named[]) {
      const shown = (await call(SERVICE, `Get${kind}`, { Id }))[kind] as Named | undefined;
      if (shown?.CreatorRequestId === token) return Id;
    }
    NextToken = page['NextToken'];
  } while (NextToken !== undefined);
  return undefined;
}

async function removeWhenEmpty(
  { call, physicalId, startedAt, now }: ResourceContext,
  action: string,
): Promise<'done' | { readonly afterMs: number }> {
  try {
    await call(SERVICE, action, { Id: physicalId });
  } catch (error) {
    const isDraining =
      error instanceof AwsError &&
      error.code === 'ResourceInUse' &&
      now.getTime() - startedAt.getTime() < DRAIN_MS;
    if (isDraining) return { afterMs: POLL_MS };
    ignoreAbsent(error);
  }
  return 'done';
}

async function setAttributes({ properties, before = {}, physicalId, call }: ResourceContext): Promise<void> {
  const wanted = textsOf(properties['ServiceAttributes']);
  const gone = Object.keys(textsOf(before['ServiceAttributes'])).filter((key) => !Object.hasOwn(wanted, key));
  const ServiceId = physicalId;
  if (gone.length > 0) await call(SERVICE, 'DeleteServiceAttributes', { ServiceId, Attributes: gone });
  if (Object.keys(wanted).length > 0)
    await call(SERVICE, 'UpdateServiceAttributes', { ServiceId, Attributes: wanted });
}

/** Brings the tags from those that the resource had to those that it is to have. */
async function changeTags(context: ResourceContext): Promise<void> {
  const { attributes, call } = context;
  const ResourceARN = textOf(attributes, 'Arn');
  const { put, gone } = tagChanges(context);
  const Tags = [...put].map(([Key, Value]) => ({ Key, Value }));
  if (gone.length > 0) await call(SERVICE, 'UntagResource', { ResourceARN, TagKeys: gone });
  if (Tags.length > 0) await call(SERVICE, 'TagResource', { ResourceARN, Tags });
}

const isSame = (a: JsonMap, b: JsonMap, names: readonly string[]): boolean =>
  names.every((name) => isDeepStrictEqual(a[name], b[name]));

/** A map of a template, whose values may be numbers and booleans. */
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((value ?? {}) as JsonMap).map(([key, one]) => [
      key,
      String(one as string | number | boolean),
    ]),
  );
