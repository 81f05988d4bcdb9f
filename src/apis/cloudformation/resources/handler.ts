import { createHash } from 'node:crypto';
import { AwsError } from '../../../model/aws-error.ts';
import type { Scope } from '../../../model/caller.ts';
import type { Json, JsonMap, StackTag } from '../../../model/stack.ts';

/** What a handler knows of the resource that it makes, changes or deletes. */
export type ResourceContext = {
  readonly scope: Scope;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** A uuid of this physical resource: the same over all runs of its creation. Client tokens are made of it. */
  readonly token: string;
  /** What `nameOf` said, or an earlier run. */
  readonly physicalId: string | undefined;
  /** Without functions and dynamic references. */
  readonly properties: JsonMap;
  /** What an update changes from. */
  readonly before: JsonMap | undefined;
  readonly attributes: JsonMap;
  readonly creationPolicy: JsonMap | undefined;
  /** What earlier runs of this step kept. */
  readonly data: JsonMap;
  /** What earlier steps, and runs of this one, kept for all that follow. */
  readonly kept: JsonMap;
  /** Attributes that the template reads of it. */
  readonly reads: readonly string[];
  /** Whether an earlier run was begun: what it did may have been done. */
  readonly isRetry: boolean;
  readonly startedAt: Date;
  readonly now: Date;
  /** Of the stack. */
  readonly tags: readonly StackTag[];
  /** Those of the stack that it changes from. */
  readonly tagsBefore: readonly StackTag[];
  /** Whether a service takes tags with the prefix `aws:cloudformation:`, CloudFormation's own: those that are served here do. */
  readonly isMarked: (service: string) => boolean;
  /** Calls an AWS action in the stack's account and region; see AwsCalls. */
  readonly call: (
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>>>;
  /** The same in another region. */
  readonly callIn: (region: string) => ResourceContext['call'];
  /** The same at the upstream. Throws NotServedError where there is none. */
  readonly callUpstream: ResourceContext['call'];
};

/**
 * `again`: it is not done yet; the same step is run once more after so long. `replace`, of an update: it cannot be changed
 * in place, and nothing was; a new resource takes its place.
 */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly physicalId: string;
      readonly attributes?: JsonMap;
      readonly kept?: JsonMap;
      /** Told in the event of its completion. */
      readonly note?: string;
    }
  | {
      readonly kind: 'again';
      readonly afterMs: number;
      readonly physicalId?: string;
      readonly data?: JsonMap;
      readonly kept?: JsonMap;
    }
  | { readonly kind: 'replace' };

/** What is known of a resource that is there when a template asks for an attribute of it. */
export type AttributeContext = Pick<
  ResourceContext,
  'scope' | 'stackName' | 'logicalId' | 'type' | 'token' | 'properties'
> & { readonly physicalId: string };

/** What is known of a resource that is only looked at. */
export type ReadContext = Pick<ResourceContext, 'scope' | 'physicalId' | 'properties' | 'call'>;

/**
 * How a type of resource is made, changed and deleted. Every step may be run again after any crash: it makes true what
 * it is asked for and no more. What it throws fails the resource; AwsErrors with their words.
 */
export type ResourceHandler = {
  /** The physical id, where it is known before anything is made. It is saved first. */
  readonly nameOf?: (context: ResourceContext) => string;
  readonly create: (context: ResourceContext) => Promise<Outcome>;
  /** Whether it takes the stack's tags; `update` is then called as well when they alone change. */
  readonly isTagged?: true;
  /** Without one every change makes a new resource. */
  readonly update?: (context: ResourceContext) => Promise<Outcome>;
  /** Called with a physical id only. What is not there any more is deleted. */
  readonly remove: (
    context: ResourceContext,
  ) => Promise<'done' | { readonly afterMs: number; readonly data?: JsonMap }>;
  /** Its properties as they are, as far as they can be told, `''` where there is none; undefined when it is gone. */
  readonly read?: (context: ReadContext) => Promise<JsonMap | undefined>;
  /** Properties whose change makes a new resource. */
  readonly createOnly: readonly string[];
  /** What its attributes are by its physical id and properties alone, where they are so. */
  readonly attributesOf?: (context: ResourceContext) => JsonMap;
  /** An attribute that creation did not name; undefined when the type has no such attribute. */
  readonly attributeOf?: (context: AttributeContext, name: string) => Json | undefined;
  /** The service of the stack's own words about errors: `AmazonECS`. */
  readonly serviceName?: string;
};

/**
 * The name that CloudFormation makes for a resource that has none: `<stack>-<logical id>-<12 letters and digits>`, the
 * first two shortened where it gets too long.
 */
export function generatedName(
  { stackName, logicalId, token }: Pick<ResourceContext, 'stackName' | 'logicalId' | 'token'>,
  maxLength = 255,
): string {
  const head = `${stackName}-${logicalId}`.slice(0, maxLength - 13);
  return `${head}-${suffix(token)}`;
}

/** 12 letters and digits that stand for this text. */
export const suffix = (token: string): string =>
  BigInt(`0x${createHash('sha256').update(token).digest('hex')}`)
    .toString(36)
    .toUpperCase()
    .slice(1, 13);

/** A property that is a text; a number or boolean in its place is read as one. */
export function textOf(properties: JsonMap, name: string): string | undefined {
  const value = properties[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Whether an error says that something is not there. `words`: of services whose code for it says no more than that they refuse. */
export const isAbsent = (error: unknown, words?: RegExp): boolean =>
  error instanceof Error &&
  (/NotFound|NoSuch|DoesNotExist/i.test(error.name) || words?.test(error.message) === true);

/** For the `catch` of a deletion: what is not there is deleted. */
export function ignoreAbsent(error: unknown, words?: RegExp): void {
  if (!isAbsent(error, words)) throw error;
}

/** Whether it is there since an earlier run of this very step made it. */
export const isMadeBefore = (error: unknown, { isRetry }: ResourceContext): boolean =>
  isRetry && error instanceof AwsError && /AlreadyExist|AlreadyOwned/.test(error.code);

/** A resource that cannot be had, in the words of CloudFormation's handler. `code`: its HandlerErrorCode. */
export class HandlerError extends Error {
  readonly code: string;
  /** What can be said beyond CloudFormation's words. */
  readonly detail: string | undefined;
  constructor(message: string, code = 'GeneralServiceException', detail?: string) {
    super(message);
    this.detail = detail;
    this.name = 'HandlerError';
    this.code = code;
  }
}

/** Source: CloudFormation's words for a resource that somebody else has made. */
export const alreadyExists = ({ type, physicalId = '' }: ResourceContext): HandlerError =>
  new HandlerError(
    `Resource of type '${type}' with identifier '${physicalId}' already exists.`,
    'AlreadyExists',
  );

/** What a property refers to cannot be had, or no handler was asked: told as it is. */
export class UnresolvedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnresolvedError';
  }
}
