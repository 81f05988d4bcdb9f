import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../../model/aws-error.ts';
import type { Json, JsonMap } from '../../../model/stack.ts';
import { HandlerError, type Outcome, type ResourceContext } from './handler.ts';
import { isUnserved, type UpstreamWay } from './upstream-way.ts';

/** How often a request under way is looked at. */
const POLL_MS = 500;

/** Source: Cloud Control API reference, ProgressEvent. */
type ProgressEvent = {
  readonly RequestToken?: string;
  readonly Identifier?: string;
  readonly OperationStatus?: string;
  readonly StatusMessage?: string;
  readonly ErrorCode?: string;
  readonly ResourceModel?: string;
};

/**
 * A resource by Cloud Control. Its client token is made of what was saved with the resource, so that a request which was
 * sent twice makes one. `kept`: the request of its creation, then its identifier.
 */
export const cloudControl: UpstreamWay = {
  async create(context) {
    const { token, kept, properties } = context;
    const request = textIn(kept, 'request');
    if (request !== undefined) return settle(context, request);
    try {
      const event = await ask(context, 'CreateResource', {
        DesiredState: JSON.stringify(properties),
        ClientToken: token,
      });
      return { kind: 'again', afterMs: 1, kept: { ...kept, request: event.RequestToken ?? '' } };
    } catch (error) {
      if (isUnserved(error)) return 'unserved';
      throw error;
    }
  },

  async update(context) {
    const { kept, data } = context;
    const request = textIn(data, 'request');
    const Identifier = textIn(kept, 'identifier') ?? '';
    if (request !== undefined) return settle(context, request);
    const patch = await patchOf(context, Identifier);
    if (patch.length === 0) return made(context, { Identifier });
    try {
      const event = await ask(context, 'UpdateResource', {
        Identifier,
        PatchDocument: JSON.stringify(patch),
        ClientToken: stepToken(context),
      });
      return { kind: 'again', afterMs: 1, data: { request: event.RequestToken ?? '' } };
    } catch (error) {
      if (error instanceof AwsError && NOT_UPDATABLE.has(error.code)) return { kind: 'replace' };
      throw error;
    }
  },

  async remove(context) {
    const { kept, data } = context;
    const asked = textIn(data, 'request');
    if (asked !== undefined) {
      const event = await progress(context, asked);
      if (isUnderWay(event)) return { afterMs: POLL_MS, data };
      if (event.OperationStatus === 'SUCCESS' || event.ErrorCode === 'NotFound') return 'done';
      throw failure(event);
    }
    let Identifier = textIn(kept, 'identifier');
    if (Identifier === undefined) {
      const event = await creation(context);
      if (event && isUnderWay(event)) return { afterMs: POLL_MS };
      // What was there before was made by others.
      if (event?.Identifier === undefined || event.ErrorCode === 'AlreadyExists') return 'done';
      ({ Identifier } = event);
    }
    try {
      const event = await ask(context, 'DeleteResource', { Identifier, ClientToken: stepToken(context) });
      return { afterMs: 1, data: { request: event.RequestToken ?? '' } };
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return 'done';
      throw error;
    }
  },
};

/** Also the type's handler may have no way to update it. */
const NOT_UPDATABLE = new Set(['NotUpdatableException', 'UnsupportedActionException']);

async function ask(
  { callUpstream, type }: ResourceContext,
  action: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ProgressEvent> {
  const { ProgressEvent: event } = await callUpstream('cloudcontrolapi', action, {
    TypeName: type,
    ...input,
  });
  return event ?? {};
}

async function progress({ callUpstream }: ResourceContext, RequestToken: string): Promise<ProgressEvent> {
  const { ProgressEvent: event } = await callUpstream('cloudcontrolapi', 'GetResourceRequestStatus', {
    RequestToken,
  });
  return event ?? {};
}

const isUnderWay = ({ OperationStatus: status }: ProgressEvent): boolean =>
  status === 'PENDING' || status === 'IN_PROGRESS' || status === 'CANCEL_IN_PROGRESS';

/**
 * What became of a creation of which no identifier is known. A death may have come between its request and the saving
 * of that; the request is sent again then, which makes nothing twice.
 */
async function creation(context: ResourceContext): Promise<ProgressEvent | undefined> {
  const request = textIn(context.kept, 'request');
  if (request !== undefined) return progress(context, request);
  if (!context.kept['way']) return undefined;
  const DesiredState = JSON.stringify(context.properties);
  return ask(context, 'CreateResource', { DesiredState, ClientToken: context.token }).catch(() => undefined);
}

async function settle(context: ResourceContext, request: string): Promise<Outcome> {
  const event = await progress(context, request);
  if (isUnderWay(event)) {
    // Saved as soon as it is known.
    const { Identifier: identifier } = event;
    return {
      kind: 'again',
      afterMs: POLL_MS,
      data: context.data,
      ...(identifier !== undefined && { physicalId: identifier }),
    };
  }
  if (event.OperationStatus === 'SUCCESS') return made(context, event);
  if (event.ErrorCode === 'NotUpdatable') return { kind: 'replace' };
  throw failure(event);
}

const failure = ({
  StatusMessage: message = 'The upstream gave no reason.',
  ErrorCode: code,
}: ProgressEvent): HandlerError => new HandlerError(message, code);

/** A token of this step, the same over all its runs. */
const stepToken = ({ token, startedAt }: ResourceContext): string => `${token}-${startedAt.getTime()}`;

/** What is told of a resource that is there. */
async function made(
  context: ResourceContext,
  { Identifier: known, ResourceModel: model }: ProgressEvent,
): Promise<Outcome> {
  const identifier = known ?? textIn(context.kept, 'identifier') ?? '';
  const properties = await read(context, identifier).catch((error: unknown) => {
    if (!isUnserved(error)) throw error;
    return JSON.parse(model ?? '{}') as JsonMap;
  });
  return {
    kind: 'done',
    physicalId: referenceOf(context.type, identifier, properties),
    attributes: Object.fromEntries(
      context.reads.flatMap((name): [string, Json][] => {
        const value = valueAt(properties, name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    kept: { way: 'cloudControl', identifier },
    note: 'Made at UPSTREAM_ENDPOINT_URL by Cloud Control.',
  };
}

async function read({ callUpstream, type }: ResourceContext, Identifier: string): Promise<JsonMap> {
  const { ResourceDescription: description } = await callUpstream('cloudcontrolapi', 'GetResource', {
    TypeName: type,
    Identifier,
  });
  const { Properties: properties = '{}' } = (description ?? {}) as { readonly Properties?: string };
  return JSON.parse(properties) as JsonMap;
}

/** `Endpoint.Address` is a property of a property. */
const valueAt = (properties: JsonMap, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>(
      (at, name) =>
        typeof at === 'object' && !Array.isArray(at) && Object.hasOwn(at, name)
          ? (at as JsonMap)[name]
          : undefined,
      properties,
    );

/**
 * What `Ref` gives where Cloud Control's identifier has more than one part: one of the properties. Source: "Return
 * values" of each type in CloudFormation's template reference.
 */
const REFERENCES: Readonly<Record<string, string>> = {
  'AWS::ACMPCA::Certificate': 'Arn',
  'AWS::ApiGateway::Deployment': 'DeploymentId',
  'AWS::ApiGateway::Resource': 'ResourceId',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::ApiGatewayV2::Integration': 'IntegrationId',
  'AWS::ApiGatewayV2::Route': 'RouteId',
  'AWS::AutoScaling::LifecycleHook': 'LifecycleHookName',
  'AWS::Cognito::UserPoolClient': 'ClientId',
  'AWS::EC2::EIP': 'PublicIp',
  'AWS::EC2::VPCCidrBlock': 'Id',
  'AWS::IAM::RolePolicy': 'PolicyName',
  'AWS::Lambda::Permission': 'Id',
};

function referenceOf(type: string, identifier: string, properties: JsonMap): string {
  const name = identifier.includes('|') ? REFERENCES[type] : undefined;
  const value = name === undefined ? undefined : properties[name];
  return typeof value === 'string' ? value : identifier;
}

type PatchOperation = { readonly op: 'add' | 'remove'; readonly path: string; readonly value?: Json };

/** RFC 6902: what leads from the properties that it had to those that it is to have. `add` replaces what is there. */
async function patchOf(context: ResourceContext, identifier: string): Promise<PatchOperation[]> {
  const { properties, before = {} } = context;
  const pathOf = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const changed = Object.entries(properties)
    .filter(([name, value]) => !isDeepStrictEqual(value, before[name]))
    .map(([name, value]): PatchOperation => ({ op: 'add', path: pathOf(name), value }));
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(properties, name));
  if (gone.length === 0) return changed;
  // An update that failed may never have come to what it was to bring.
  const current = await read(context, identifier);
  return [
    ...changed,
    ...gone
      .filter((name) => Object.hasOwn(current, name))
      .map((name): PatchOperation => ({ op: 'remove', path: pathOf(name) })),
  ];
}

const textIn = (map: JsonMap, name: string): string | undefined => {
  const value = map[name];
  return typeof value === 'string' ? value : undefined;
};
