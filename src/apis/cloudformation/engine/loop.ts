import type { Logger } from 'pino';
import { createKeyedQueue, type RunResult } from '../../../lib/keyed-queue.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { AwsCalls } from '../../../model/local-apis.ts';
import type { JsonMap, Stack, StackEvent, StackResource, StackStore } from '../../../model/stack.ts';
import type { ResourceHandler } from '../resources/handler.ts';
import { prepareVersion } from '../stacks/version.ts';
import type { PreparedTemplate } from '../template/types.ts';
import type { NewEvent } from './events.ts';
import { planCleanup, planDeletion, planUpdateRollback } from './plan-back.ts';
import { planForward, turnRoundOnError } from './plan-forward.ts';
import type { BusyStack, PlanContext, StackPlan } from './plan.ts';
import { createResourceRunner, type ResourceKey } from './run-resource.ts';
import { wantedOf } from './wanted.ts';

export type StackLoop = {
  /** Says that something is to be done to a stack. */
  readonly wake: (stackId: string) => void;
  /** The same for every stack that something is being done to; for the start. */
  readonly wakeAll: () => void;
  /** Takes no more steps and waits for those under way. */
  readonly close: () => Promise<void>;
};

export type StackLoopOptions = {
  readonly store: StackStore;
  readonly tell: (events: readonly NewEvent[]) => void;
  readonly calls: AwsCalls;
  readonly handlerOf: (type: string) => ResourceHandler;
  readonly needsReplacement: PlanContext['needsReplacement'];
  readonly resolve: (properties: JsonMap, stack: Stack, signal: AbortSignal) => Promise<JsonMap>;
  readonly isMarked: (service: string) => boolean;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
};

/**
 * Events get their times and ids, and are saved. No two have the same time: the CDK's CLI gets them newest first, sorts
 * them by it, and would show those of one millisecond the wrong way round.
 */
export function createTeller({
  store,
  now,
  newId,
}: Pick<StackLoopOptions, 'now' | 'newId'> & {
  readonly store: Pick<StackStore, 'addEvents'>;
}): (events: readonly NewEvent[]) => void {
  const isStack = ({ physicalId, stackId }: NewEvent): boolean => physicalId === stackId;
  let lastMs = 0;
  const nextTime = (): Date => {
    lastMs = Math.max(now().getTime(), lastMs + 1);
    return new Date(lastMs);
  };
  return (events) => {
    store.addEvents(
      events.map((event): StackEvent => ({
        ...event,
        // Source: answers of CloudFormation.
        id: isStack(event) ? newId() : `${event.logicalId}-${newId()}`,
        at: nextTime(),
      })),
    );
  };
}

/**
 * Brings stacks to what is desired of them. A plan is saved whole, with its events, before any of it is done; resources
 * that have work then take their steps each by itself, and wake their stack when they have ended.
 */
export function createStackLoop(options: StackLoopOptions): StackLoop {
  const { store, tell, now, newId, logger } = options;
  const runStep = createResourceRunner(options);
  const prepared = new Map<string, PreparedTemplate>();

  const preparedOf = (stack: BusyStack): PreparedTemplate | undefined => {
    const version = stack.operation.target;
    if (!version) return undefined;
    const key = stack.operation.id;
    let made = prepared.get(key);
    if (!made) {
      made = prepareVersion(stack, version);
      prepared.set(key, made);
    }
    return made;
  };

  const plan = (stack: BusyStack, rows: readonly StackResource[]): StackPlan | undefined => {
    const context: PlanContext = { now: now(), newId, needsReplacement: options.needsReplacement };
    switch (stack.status) {
      case 'CREATE_IN_PROGRESS':
      case 'UPDATE_IN_PROGRESS': {
        let template: PreparedTemplate | undefined;
        try {
          template = preparedOf(stack);
        } catch (error) {
          // What was a good template when it was given may not be one by the rules of another version of ours.
          if (!(error instanceof AwsError)) throw error;
          return turnRoundOnError(stack, rows, error.message, context);
        }
        return template && planForward(stack, rows, wantedOf(options, stack, template, rows), context);
      }
      case 'ROLLBACK_IN_PROGRESS':
      case 'DELETE_IN_PROGRESS':
        return planDeletion(stack, rows, context);
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
        return planUpdateRollback(stack, rows, context);
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
        return planCleanup(stack, rows, context);
      default:
        return undefined;
    }
  };

  const save = (next: StackPlan): void => {
    store.transaction(() => {
      for (const row of next.dropped) store.deleteResource(row);
      for (const row of next.rows) store.putResource(row);
      store.put(next.stack);
      tell(next.events);
    });
  };

  /** Plans and saves until nothing changes any more without a resource's doing. */
  const runStack = (stackId: string): Promise<RunResult> => {
    for (;;) {
      const stack = store.get(stackId);
      if (!stack?.operation) return Promise.resolve(undefined);
      const busy = withDeadline({ ...stack, operation: stack.operation }, now());
      const rows = store.resources(stackId);
      const next = plan(busy, rows);
      if (!next) return Promise.resolve(undefined);
      const isChanged = next.stack.status !== stack.status || next.rows.length + next.dropped.length > 0;
      if (isChanged) save(next);
      else if (busy.operation.cancelled !== stack.operation.cancelled) store.put(busy);
      for (const { work, logicalId, generation } of store.resources(stackId)) {
        if (work) resources.wake(keyText({ stackId, logicalId, generation }));
      }
      if (next.stack.operation?.id !== busy.operation.id) prepared.delete(busy.operation.id);
      if (next.stack.operation === undefined) {
        logger.info({ stack: stack.name }, `stack ${stack.name} is ${next.stack.status}`);
        return Promise.resolve(undefined);
      }
      if (isChanged) continue;
      const deadline = busy.operation.deadline;
      return Promise.resolve(
        deadline && busy.operation.cancelled === undefined
          ? { retryAfterMs: Math.max(1, Math.min(60_000, deadline.getTime() - now().getTime())) }
          : undefined,
      );
    }
  };

  const stacks = createKeyedQueue<string>(runStack, (stackId, error) => {
    logger.error({ err: error, stack: stackId }, 'a stack could not be brought on; trying again');
    setTimeout(() => {
      stacks.wake(stackId);
    }, RETRY_MS).unref();
  });
  const resources = createKeyedQueue<string>(
    async (key, signal) => {
      const parsed = JSON.parse(key) as ResourceKey;
      const result = await runStep(parsed, signal);
      if (!result) stacks.wake(parsed.stackId);
      return result;
    },
    (key, error) => {
      logger.error({ err: error, resource: key }, 'a resource could not be brought on; trying again');
      setTimeout(() => {
        resources.wake(key);
      }, RETRY_MS).unref();
    },
  );

  return {
    wake: (stackId) => {
      stacks.wake(stackId);
    },
    wakeAll: () => {
      for (const { id } of store.listBusy()) stacks.wake(id);
    },
    close: async () => {
      await stacks.close();
      await resources.close();
    },
  };
}

const RETRY_MS = 5000;

const keyText = (key: ResourceKey): string => JSON.stringify(key);

/** Source: CloudFormation API reference, CreateStack.TimeoutInMinutes. */
function withDeadline(stack: BusyStack, now: Date): BusyStack {
  const { deadline, cancelled } = stack.operation;
  const isLate = deadline !== undefined && now >= deadline && stack.status === 'CREATE_IN_PROGRESS';
  return cancelled === undefined && isLate
    ? { ...stack, operation: { ...stack.operation, cancelled: 'timeout' } }
    : stack;
}
