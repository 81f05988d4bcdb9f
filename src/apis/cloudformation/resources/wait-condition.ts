import { isDeepStrictEqual } from 'node:util';
import type { JsonMap, StackSignal } from '../../../model/stack.ts';
import { signalTarget, signalUrl } from '../signals/signal-url.ts';
import {
  generatedName,
  textOf,
  UnresolvedError,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';

/** What wait conditions need of the engine. */
export type Signals = {
  /** Where tasks reach the API. */
  readonly baseUrl: () => string;
  /** Those for a handle, or a resource, by its generation. */
  readonly of: (generation: string) => readonly StackSignal[];
  /** Whether a URL was given to virtual machines alone: none runs here that would signal. */
  readonly isForMachines: (stackId: string, url: string) => boolean;
};

/** A signal wakes the resource; this long at most it sleeps otherwise. */
const MAX_SLEEP_MS = 60_000;
/** Source: the template reference, WaitCondition.Timeout. */
const MAX_TIMEOUT_SECONDS = 43_200;

/** `AWS::CloudFormation::WaitConditionHandle`: `Ref` is the URL to which signals are PUT. */
export const waitConditionHandle = ({ baseUrl }: Signals): ResourceHandler => ({
  createOnly: [],
  nameOf: ({ stackId, logicalId, token }) => signalUrl(baseUrl(), { stackId, logicalId, generation: token }),
  create: ({ physicalId = '' }) => Promise.resolve({ kind: 'done', physicalId }),
  remove: () => Promise.resolve('done'),
});

/** `AWS::CloudFormation::WaitCondition`: complete when its handle, or by its creation policy itself, has had its signals. */
export const waitCondition = (signals: Signals): ResourceHandler => ({
  createOnly: [],
  nameOf: (context) => generatedName(context),
  create: (context) => {
    const { creationPolicy, properties, token } = context;
    const handle = textOf(properties, 'Handle');
    if (handle === undefined && creationPolicy)
      return Promise.resolve(byPolicy(context, creationPolicy, signals.of(token)));
    return Promise.resolve(byHandle(context, handle, signals));
  },
  update({ physicalId = '', properties, before }) {
    // A rollback brings it to what it is.
    if (!isDeepStrictEqual(properties, before))
      throw new UnresolvedError(
        'Update to resource type AWS::CloudFormation::WaitCondition is not supported.',
      );
    return Promise.resolve({ kind: 'done', physicalId });
  },
  remove: () => Promise.resolve('done'),
});

function byHandle(context: ResourceContext, handle: string | undefined, signals: Signals): Outcome {
  const { properties, stackId, physicalId = '' } = context;
  const target = handle === undefined ? undefined : signalTarget(handle);
  const seconds = Number(textOf(properties, 'Timeout'));
  if (handle === undefined) throw new UnresolvedError('Property Handle cannot be empty.');
  if (textOf(properties, 'Timeout') === undefined)
    throw new UnresolvedError('Property Timeout cannot be empty.');
  // The wording of both is ours.
  if (!target)
    throw new UnresolvedError('Handle must be the Ref of an AWS::CloudFormation::WaitConditionHandle.');
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_TIMEOUT_SECONDS)
    throw new UnresolvedError(`Timeout must be a number of seconds, at most ${MAX_TIMEOUT_SECONDS}.`);
  const wanted = Number(textOf(properties, 'Count') ?? '1');
  const received = signals.of(target.generation);
  // Source of the words here and below: events of CloudFormation, in public reports of them.
  const failure = received.find(({ status }) => status === 'FAILURE');
  if (failure)
    throw new UnresolvedError(
      `WaitCondition received failed message: '${failure.reason}' for uniqueId: ${failure.uniqueId}`,
    );
  const data = JSON.stringify(Object.fromEntries(received.map((signal) => [signal.uniqueId, signal.data])));
  const done: Outcome = { kind: 'done', physicalId, attributes: { Data: data } };
  if (received.length >= wanted) return done;
  if (signals.isForMachines(stackId, handle))
    return { ...done, note: `${NOT_WAITED}: no machine runs here that would send one.` };
  return sleep(context, seconds, () => {
    throw new UnresolvedError(
      `WaitCondition timed out. Received ${received.length} conditions when expecting ${wanted}`,
    );
  });
}

function byPolicy(context: ResourceContext, policy: JsonMap, received: readonly StackSignal[]): Outcome {
  const signal = (policy['ResourceSignal'] ?? {}) as JsonMap;
  const wanted = Number(textOf(signal, 'Count') ?? '1');
  const failure = received.find(({ status }) => status === 'FAILURE');
  if (failure) throw new UnresolvedError(`Received FAILURE signal with UniqueId ${failure.uniqueId}`);
  if (received.length >= wanted)
    return { kind: 'done', physicalId: context.physicalId ?? '', attributes: { Data: '{}' } };
  return sleep(context, secondsOf(textOf(signal, 'Timeout') ?? 'PT5M'), () => {
    throw new UnresolvedError(
      `Failed to receive ${wanted - received.length} resource signal(s) within the specified duration`,
    );
  });
}

/** Again when a signal comes, or the time is over. */
function sleep({ now, startedAt }: ResourceContext, seconds: number, late: () => never): Outcome {
  const leftMs = startedAt.getTime() + seconds * 1000 - now.getTime();
  return leftMs <= 0 ? late() : { kind: 'again', afterMs: Math.min(leftMs, MAX_SLEEP_MS) };
}

/** The seconds of an ISO 8601 duration such as `PT1H30M10S`. Throws UnresolvedError. */
function secondsOf(text: string): number {
  const match = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text);
  // The wording is ours.
  if (!match) throw new UnresolvedError(`The Timeout ${text} of a CreationPolicy must be like PT1H30M10S.`);
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number((part as string | undefined) ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** What the event of a completion says where signals are asked for that nobody sends. */
export const NOT_WAITED = 'ecsidecar waits for no signal';
