import type { Stack } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import type { Json, JsonMap } from '../../../model/stack.ts';
import {
  generatedName,
  HandlerError,
  ignoreAbsent,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
  UnresolvedError,
} from './handler.ts';
import { stackTags } from './tags.ts';

/** How often a nested stack is looked at; the calls stay in the process. */
const POLL_MS = 200;

/** Says that a stack belongs to another. */
export type Adopt = (childId: string, parentId: string) => void;

/** `AWS::CloudFormation::Stack`: `Ref` is its ARN, its outputs are the attributes `Outputs.<name>`. */
export const nestedStack = (adopt: Adopt): ResourceHandler => ({
  serviceName: 'CloudFormation',
  isTagged: true,
  createOnly: [],
  async create(context) {
    const { physicalId, stackId } = context;
    if (physicalId !== undefined) return settle(context, 'created');
    const id = await makeOnce(context);
    adopt(id, stackId);
    return { kind: 'again', afterMs: POLL_MS, physicalId: id };
  },
  async update(context) {
    const { physicalId = '', stackId, data, call, token, startedAt } = context;
    if (data['isAsked'] === true) return settle(context, 'updated');
    try {
      await call('cloudformation', 'UpdateStack', {
        StackName: physicalId,
        ...requestOf(context),
        ClientRequestToken: `${token}-${startedAt.getTime()}`,
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.message === 'No updates are to be performed.')
        return done(physicalId, await describe(context));
      if (!/is in \w+_IN_PROGRESS state/.test(error.message)) throw asItIs(error);
      // What is taken back has not ended there yet: it was broken off here alone.
      const around = await describe({ ...context, physicalId: stackId });
      if (around.StackStatus === 'UPDATE_ROLLBACK_IN_PROGRESS') await cancelUpdate(context);
      return { kind: 'again', afterMs: POLL_MS, data };
    }
    return { kind: 'again', afterMs: POLL_MS, data: { isAsked: true } };
  },
  async remove(context) {
    const { physicalId = '', isRetry, call } = context;
    const stack = await describe(context).catch((error: unknown) => {
      ignoreAbsent(error, /does not exist$/);
      return undefined;
    });
    if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return 'done';
    if (stack.StackStatus === 'DELETE_FAILED' && isRetry)
      throw new HandlerError(stack.StackStatusReason ?? `${physicalId} cannot be deleted`);
    // Like a deletion under way, an update has to end first.
    if (!/^(DELETE|UPDATE).*_IN_PROGRESS$/.test(stack.StackStatus ?? ''))
      await call('cloudformation', 'DeleteStack', { StackName: physicalId });
    return { afterMs: POLL_MS };
  },
});

/** One that has ended meanwhile, or is on its way back, is left alone. */
async function cancelUpdate({ call, physicalId }: ResourceContext): Promise<void> {
  await call('cloudformation', 'CancelUpdateStack', { StackName: physicalId }).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
  });
}

/** The ARN of the stack that is made, once over all runs. */
async function makeOnce(context: ResourceContext): Promise<string> {
  const { call, token } = context;
  const name = generatedName(context, 128);
  try {
    const answer = await call('cloudformation', 'CreateStack', {
      StackName: name,
      ...requestOf(context),
      // The stack around it deletes it when it fails.
      OnFailure: 'DO_NOTHING',
      ClientRequestToken: token,
    });
    return String(answer['StackId']);
  } catch (error) {
    const isMade = context.isRetry && error instanceof AwsError && error.code === 'AlreadyExistsException';
    if (!isMade) throw asItIs(error);
    return (await describe({ ...context, physicalId: name })).StackId ?? '';
  }
}

/** CloudFormation tells what it says itself without any words around it. */
const asItIs = (error: unknown): unknown =>
  error instanceof AwsError ? new UnresolvedError(error.message) : error;

/** What a nested stack is made from. Who makes the stack around it has given the capabilities. */
function requestOf(context: ResourceContext): Record<string, unknown> {
  const { properties } = context;
  const parameters = properties['Parameters'];
  return {
    TemplateURL: properties['TemplateURL'],
    Parameters: isMap(parameters)
      ? Object.entries(parameters).map(([ParameterKey, value]) => ({
          ParameterKey,
          ParameterValue: textOf(value),
        }))
      : [],
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    ...(properties['NotificationARNs'] !== undefined && { NotificationARNs: properties['NotificationARNs'] }),
    ...(properties['TimeoutInMinutes'] !== undefined && {
      TimeoutInMinutes: Number(properties['TimeoutInMinutes']),
    }),
    Tags: stackTags(context),
  };
}

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && !Array.isArray(value);

/** A list is its items with commas, as a parameter takes it. */
const textOf = (value: Json): string =>
  Array.isArray(value)
    ? (value as readonly Json[]).map(textOf).join(',')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

async function describe({ physicalId = '', call }: ResourceContext): Promise<Stack> {
  const { Stacks: stacks } = (await call('cloudformation', 'DescribeStacks', { StackName: physicalId })) as {
    readonly Stacks?: readonly Stack[];
  };
  const [stack] = stacks ?? [];
  if (!stack) throw new HandlerError(`Stack ${physicalId} is not there`, 'NotFound');
  return stack;
}

/** Waits for the end of what was asked for. Throws CloudFormation's words when it failed. */
async function settle(context: ResourceContext, what: 'created' | 'updated'): Promise<Outcome> {
  const { physicalId = '' } = context;
  const stack = await describe(context);
  const { StackStatus: status = '', StackStatusReason: reason = '' } = stack;
  if (status.endsWith('_IN_PROGRESS')) return { kind: 'again', afterMs: POLL_MS, data: context.data };
  const isWell = status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
  // Source: CloudFormation's words, in public reports of events.
  if (!isWell)
    throw new UnresolvedError(`Embedded stack ${physicalId} was not successfully ${what}: ${reason}`);
  return done(physicalId, stack);
}

const done = (physicalId: string, { Outputs: outputs = [] }: Stack): Outcome => ({
  kind: 'done',
  physicalId,
  attributes: Object.fromEntries(
    outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [`Outputs.${key}`, value]),
  ),
});
