import { RE2JS } from 're2js';
import type { Json, JsonMap } from '../../../model/stack.ts';
import { isUnserved } from '../../../model/local-apis.ts';
import { AwsError } from '../../../model/aws-error.ts';
import {
  generatedName,
  ignoreAbsent,
  isAbsent,
  textOf,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';

/** `Custom::LogRetention` of the CDK: its function does not run here, so its work is done here. */
export const logRetention: ResourceHandler = {
  createOnly: ['LogGroupName'],
  nameOf: ({ properties }) => textOf(properties, 'LogGroupName') ?? '',
  create: retain,
  update: retain,
  async remove({ physicalId, properties, call }) {
    if (textOf(properties, 'RemovalPolicy') === 'destroy')
      await call('logs', 'DeleteLogGroup', { logGroupName: physicalId }).catch(ignoreAbsent);
    return 'done';
  },
};

async function retain({ physicalId = '', properties, call }: ResourceContext): Promise<Outcome> {
  const group = { logGroupName: physicalId };
  await call('logs', 'CreateLogGroup', group).catch((error: unknown) => {
    if (!(error instanceof AwsError && error.code === 'ResourceAlreadyExistsException')) throw error;
  });
  const days = Number(textOf(properties, 'RetentionInDays'));
  // Source: the CDK's RetentionDays.INFINITE, which its function takes for no policy.
  if (Number.isNaN(days) || days === 9999) await call('logs', 'DeleteRetentionPolicy', group);
  else await call('logs', 'PutRetentionPolicy', { ...group, retentionInDays: days });
  return { kind: 'done', physicalId, attributes: { LogGroupName: physicalId } };
}

/** `Custom::ECRAutoDeleteImages` of the CDK: empties a repository, so that its deletion is not refused. */
export const ecrAutoDeleteImages: ResourceHandler = {
  createOnly: ['RepositoryName'],
  nameOf: (context) => generatedName(context),
  create: ({ physicalId = '' }) => Promise.resolve({ kind: 'done', physicalId }),
  update: ({ physicalId = '' }) => Promise.resolve({ kind: 'done', physicalId }),
  async remove({ properties, call }) {
    const repositoryName = textOf(properties, 'RepositoryName');
    const listed = await call('ecr', 'ListImages', { repositoryName }).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
      return {};
    });
    const { imageIds = [] } = listed as { readonly imageIds?: readonly unknown[] };
    if (imageIds.length === 0) return 'done';
    await call('ecr', 'BatchDeleteImage', { repositoryName, imageIds });
    return { afterMs: 1 };
  },
};

/** `Custom::AWSCDKCfnJson` and `…CfnJsonStringify` of the CDK, whose `Value` is their property `Value` in another form. */
export const cfnJson = (convert: (text: string, value: Json) => Json): ResourceHandler => {
  const make = ({ physicalId = '', properties }: ResourceContext): Promise<Outcome> => {
    const value = properties['Value'] ?? '';
    const Value = convert(typeof value === 'string' ? value : JSON.stringify(value), value);
    return Promise.resolve({ kind: 'done', physicalId, attributes: { Value } });
  };
  return {
    createOnly: [],
    nameOf: (context) => generatedName(context),
    create: make,
    update: make,
    remove: () => Promise.resolve('done'),
  };
};

/** A call as the CDK's AwsCustomResource writes it into `Create`, `Update` and `Delete`. */
type SdkCall = {
  readonly service: string;
  readonly action: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly physicalResourceId?: { readonly id?: string; readonly responsePath?: string };
  readonly ignoreErrorCodesMatching?: string;
};

/**
 * `Custom::AWS`, the CDK's AwsCustomResource: the calls that its function would make are made here, where somebody serves
 * them; its attributes are what they answer. Without that it is `recorded`.
 */
export const awsCalls = (recorded: ResourceHandler): ResourceHandler => {
  const make = async (
    context: ResourceContext,
    wanted: SdkCall | undefined,
  ): Promise<Outcome | undefined> => {
    if (!wanted) return undefined;
    const answer = await answerTo(wanted, context);
    if (answer === 'unserved') return undefined;
    const attributes = flat(answer);
    const { id, responsePath } = wanted.physicalResourceId ?? {};
    const named = id ?? (responsePath === undefined ? undefined : textOf(attributes, responsePath));
    return { kind: 'done', physicalId: named ?? context.physicalId ?? '', attributes };
  };
  return {
    ...recorded,
    // What it was told to be: a change of it is no other resource to CloudFormation until its function says so.
    createOnly: [],
    create: async (context) =>
      (await make(context, sdkCall(context.properties['Create']))) ?? recorded.create(context),
    async update(context) {
      const { physicalId = '', attributes } = context;
      const wanted = sdkCall(context.properties['Update']);
      if (!wanted) return { kind: 'done', physicalId, attributes };
      return (await make(context, wanted)) ?? { kind: 'done', physicalId, attributes };
    },
    async remove(context) {
      const wanted = sdkCall(context.properties['Delete']);
      if (wanted) await answerTo(wanted, context).catch(ignoreAbsent);
      return 'done';
    },
  };
};

/** Undefined where there is no call, and where what stands there is none. */
function sdkCall(written: Json | undefined): SdkCall | undefined {
  let value: unknown = written;
  try {
    if (typeof written === 'string') value = JSON.parse(written);
  } catch {
    return undefined;
  }
  const { service, action } = (value ?? {}) as Partial<SdkCall>;
  return typeof service === 'string' && typeof action === 'string' ? (value as SdkCall) : undefined;
}

async function answerTo(
  { service, action, parameters = {}, ignoreErrorCodesMatching: ignored }: SdkCall,
  { call, physicalId }: ResourceContext,
): Promise<Readonly<Record<string, unknown>> | 'unserved'> {
  // Source: the CDK's PhysicalResourceIdReference, as it stands in a call.
  const input = JSON.parse(
    JSON.stringify(parameters).replaceAll('"PHYSICAL:RESOURCEID:"', JSON.stringify(physicalId ?? '')),
  ) as Readonly<Record<string, unknown>>;
  try {
    return await call(serviceNamed(service), `${action.slice(0, 1).toUpperCase()}${action.slice(1)}`, input);
  } catch (error) {
    if (isUnserved(error)) return 'unserved';
    if (
      error instanceof AwsError &&
      ignored !== undefined &&
      RE2JS.compile(ignored).matcher(error.code).find()
    )
      return {};
    throw error;
  }
}

/** `ECS`, `@aws-sdk/client-ecs` and `ecs` are one; some have other names as packages. */
function serviceNamed(written: string): string {
  const name = written
    .replace(/^@aws-sdk\/client-/, '')
    .replaceAll('-', '')
    .toLowerCase();
  return NAMES[name] ?? name;
}
const NAMES: Readonly<Record<string, string>> = {
  applicationautoscaling: 'application-autoscaling',
  cloudwatchlogs: 'logs',
};

/** `{ a: [{ b: 1 }] }` is `a.0.b: 1`. Source: the CDK's function, whose attributes are the paths of its answer. */
function flat(value: unknown, path: readonly string[] = []): JsonMap {
  if (value === null || value === undefined) return {};
  if (value instanceof Date) return { [path.join('.')]: value.toISOString() };
  if (typeof value === 'object')
    return Object.assign(
      {},
      ...Object.entries(value).map(([key, item]) => flat(item, [...path, key])),
    ) as JsonMap;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { [path.join('.')]: value }
    : {};
}
