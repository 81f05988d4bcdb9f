import type { Stack, StackEvent } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { Json, JsonMap } from '../../../model/stack.ts';
import { suffix, UnresolvedError, type Outcome, type ResourceContext } from './handler.ts';
import { RECORDED_TYPES } from './recorded-types.ts';
import { isUnserved, type UpstreamWay } from './upstream-way.ts';

/** How often a stack under way is looked at. */
const POLL_MS = 500;

/** The name of the stack that one resource has at the upstream: the same over all runs. */
export const upstreamStackName = ({ stackName, logicalId, token }: ResourceContext): string =>
  `ecsidecar-${stackName}-${logicalId}`.slice(0, 115) + `-${suffix(token)}`;

/**
 * A resource by a stack of its own at the upstream. Each run begins with what became of that. `kept.plain`: its attributes
 * are not asked for, since the upstream breaks on one that it does not know.
 */
export const upstreamStack: UpstreamWay = {
  async create(context) {
    try {
      const stack = await describe(context);
      if (stack?.StackStatus?.endsWith('_IN_PROGRESS')) return { kind: 'again', afterMs: POLL_MS };
      if (stack?.StackStatus === 'CREATE_COMPLETE') {
        if (refIn(stack) !== undefined) return made(context, stack);
        // Some leave out what they do not know, and say nothing of it.
        await ask(context, 'DeleteStack', {});
        return 'unserved';
      }
      if (stack) throw new UnresolvedError(await reasonOf(context, stack));
      await ask(context, 'CreateStack', {
        TemplateBody: templateOf(context),
        OnFailure: 'DO_NOTHING',
        ...shared(context),
        ClientRequestToken: context.token,
      });
      return { kind: 'again', afterMs: 1 };
    } catch (error) {
      const isBroken = isUnserved(error);
      if (!isBroken && !(error instanceof Error && UNKNOWN_TYPE.test(error.message))) throw asItIs(error);
      await ask(context, 'DeleteStack', {}).catch(() => undefined);
      const { kept, reads } = context;
      const isPlain = kept['plain'] === true || reads.length === 0;
      return isBroken && !isPlain
        ? { kind: 'again', afterMs: 1, kept: { ...kept, plain: true } }
        : 'unserved';
    }
  },

  async update(context) {
    const { data, kept, token, startedAt } = context;
    try {
      const stack = await describe(context).catch((error: unknown) => {
        if (isUnserved(error) && kept['plain'] !== true) return 'unreadable' as const;
        throw error;
      });
      if (stack === 'unreadable') {
        const plain = { ...context, kept: { ...kept, plain: true } };
        await ask(context, 'UpdateStack', { TemplateBody: templateOf(plain), ...shared(context) });
        return { kind: 'again', afterMs: 1, kept: plain.kept, data: { isAsked: true } };
      }
      if (!stack) throw new UnresolvedError(`Stack ${upstreamStackName(context)} is not at the upstream`);
      if (stack.StackStatus?.endsWith('_IN_PROGRESS')) return { kind: 'again', afterMs: POLL_MS, data };
      if (data['isAsked'] === true) {
        if (stack.StackStatus === 'UPDATE_COMPLETE') return made(context, stack);
        throw new UnresolvedError(await reasonOf(context, stack));
      }
      const isSame = await ask(context, 'UpdateStack', {
        TemplateBody: templateOf(context),
        ...shared(context),
        ClientRequestToken: `${token}-${startedAt.getTime()}`,
      }).then(
        () => false,
        (error: unknown) => {
          if (error instanceof AwsError && error.message.includes('No updates are to be performed'))
            return true;
          throw error;
        },
      );
      return isSame ? made(context, stack) : { kind: 'again', afterMs: 1, data: { isAsked: true } };
    } catch (error) {
      throw asItIs(error);
    }
  },

  async remove(context) {
    const { data } = context;
    try {
      const stack = await describe(context).catch((error: unknown): Stack => {
        if (isUnserved(error) && data['isAsked'] !== true)
          return { StackName: undefined, CreationTime: undefined, StackStatus: undefined };
        throw error;
      });
      if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return 'done';
      if (stack.StackStatus?.endsWith('_IN_PROGRESS')) return { afterMs: POLL_MS, data };
      if (data['isAsked'] === true && stack.StackStatus === 'DELETE_FAILED')
        throw new UnresolvedError(await reasonOf(context, stack));
      await ask(context, 'DeleteStack', {});
      return { afterMs: 1, data: { isAsked: true } };
    } catch (error) {
      throw asItIs(error);
    }
  },
};

/** AWS's words, LocalStack's and our own for a type that is not there. */
const UNKNOWN_TYPE =
  /unrecognized resource types|no resource provider found|resource type \S+ is not supported|does not know the resource type/i;

/** The upstream's words are told as they are; what failed is in them. */
const asItIs = (error: unknown): unknown =>
  error instanceof AwsError ? new UnresolvedError(error.message) : error;

const ask = (
  context: ResourceContext,
  action: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> =>
  context.callUpstream('cloudformation', action, { StackName: upstreamStackName(context), ...input });

const shared = ({ tags }: ResourceContext): Readonly<Record<string, unknown>> => ({
  Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
  ...(tags.length > 0 && { Tags: tags }),
});

async function describe(context: ResourceContext): Promise<Stack | undefined> {
  try {
    const { Stacks: stacks } = await ask(context, 'DescribeStacks', {});
    return Array.isArray(stacks) ? (stacks as readonly Stack[])[0] : undefined;
  } catch (error) {
    if (error instanceof AwsError && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

/** Outputs are texts; these attributes are lists. */
const isList = (type: string, attribute: string): boolean => {
  const attributes = Object.hasOwn(RECORDED_TYPES, type) ? RECORDED_TYPES[type]?.attributes : undefined;
  const value = attributes?.[attribute];
  return Array.isArray(value) || (typeof value === 'string' && value.startsWith('{!'));
};

/** Names of outputs are letters and digits. */
const outputOf = (attribute: string): string => `At${Buffer.from(attribute).toString('hex')}`;

/** A template of this resource alone, with all that is read of it as outputs. */
function templateOf({ logicalId, type, properties, reads, kept }: ResourceContext): string {
  const asked = kept['plain'] === true ? [] : reads;
  const valueOf = (attribute: string): unknown => {
    const value = { 'Fn::GetAtt': [logicalId, attribute] };
    return isList(type, attribute) ? { 'Fn::Join': [',', value] } : value;
  };
  return JSON.stringify({
    Resources: {
      [logicalId]: { Type: type, ...(Object.keys(properties).length > 0 && { Properties: properties }) },
    },
    Outputs: {
      Ref: { Value: { Ref: logicalId } },
      ...Object.fromEntries(asked.map((name) => [outputOf(name), { Value: valueOf(name) }])),
    },
  });
}

/** An output's value; moto writes functions that it cannot evaluate as they are, in Python. */
function outputIn({ Outputs: outputs }: Stack, name: string): string | undefined {
  const value = Array.isArray(outputs)
    ? outputs.find(({ OutputKey: key }) => key === name)?.OutputValue
    : undefined;
  return value === 'None' || value?.startsWith("{'Fn::") === true ? undefined : value;
}

/** The physical id; undefined where the upstream has made nothing. */
const refIn = (stack: Stack): string | undefined => outputIn(stack, 'Ref') || undefined;

function made(context: ResourceContext, stack: Stack): Outcome {
  const { type, reads } = context;
  const attributes = reads.flatMap((name): [string, Json][] => {
    const text = outputIn(stack, outputOf(name));
    if (text === undefined) return [];
    return [[name, isList(type, name) ? (text === '' ? [] : text.split(',')) : text]];
  });
  const physicalId = refIn(stack) ?? context.physicalId ?? '';
  return {
    kind: 'done',
    physicalId,
    attributes: Object.fromEntries(attributes) satisfies JsonMap,
    kept: context.kept,
    note: `Made at UPSTREAM_ENDPOINT_URL by its stack ${upstreamStackName(context)}.`,
  };
}

/** Why a stack failed, as its events say. */
async function reasonOf(context: ResourceContext, stack: Stack): Promise<string> {
  const { StackEvents: events } = await ask(context, 'DescribeStackEvents', {}).catch(() => ({
    StackEvents: [],
  }));
  const failed = (Array.isArray(events) ? (events as readonly StackEvent[]) : []).find(
    ({ LogicalResourceId: id, ResourceStatus: status, ResourceStatusReason: reason }) =>
      id === context.logicalId && status?.endsWith('_FAILED') === true && reason !== undefined,
  );
  const { StackStatus: status = '', StackStatusReason: reason } = stack;
  const words = failed?.ResourceStatusReason ?? (reason || undefined);
  return words ?? `Its stack ${upstreamStackName(context)} at the upstream is ${status}.`;
}
