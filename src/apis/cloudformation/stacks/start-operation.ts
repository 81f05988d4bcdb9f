import type { Stack, StackOperation, StackStatus } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { stackEvent } from '../engine/events.ts';

/** What starting an operation needs. */
export type Starter = Pick<CloudFormationContext, 'store' | 'tell' | 'wake' | 'now' | 'newId'>;

export type NewOperation = Pick<StackOperation, 'kind' | 'onFailure'> &
  Partial<
    Pick<
      StackOperation,
      'target' | 'skipped' | 'deadline' | 'policyBody' | 'retainExceptOnCreate' | 'isForced'
    >
  > & {
    readonly token: string | undefined;
  };

/** Saves a stack with an operation at its beginning, and tells it. Whoever calls it wakes the loop once that is committed. */
export function startOperation(
  { store, tell, now, newId }: Starter,
  stack: Stack,
  status: StackStatus,
  { token, ...operation }: NewOperation,
): void {
  const next: Stack = {
    ...stack,
    status,
    statusReason: 'User Initiated',
    operation: {
      skipped: [],
      ...operation,
      id: newId(),
      ...(isGiven(token) && { clientRequestToken: token }),
      startedAt: now(),
    },
  };
  store.put(next);
  tell([stackEvent(next, status, next.statusReason)]);
}

/** Whether a request is the one by which the operation under way was begun. Source: CloudFormation API reference, ClientRequestToken. */
export const isRepeated = ({ operation }: Stack, token: string | undefined): boolean =>
  isGiven(token) && operation?.clientRequestToken === token;

/** The SDKs of some languages send empty texts for what is not given. */
const isGiven = (token: string | undefined): token is string => token !== undefined && token !== '';
