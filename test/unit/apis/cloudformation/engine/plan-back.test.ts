import t from 'tap';
import { planCleanup, planDeletion } from '../../../../../src/apis/cloudformation/engine/plan-back.ts';
import type { BusyStack, StackPlan } from '../../../../../src/apis/cloudformation/engine/plan.ts';
import type { StackOperation, StackResource, StackStatus } from '../../../../../src/model/stack.ts';

const now = new Date(0);
const context = { now, newId: () => 'id', needsReplacement: () => false };
const stack = (status: StackStatus, more: Partial<StackOperation> = {}): BusyStack => ({
  scope: { account: '000000000000', region: 'us-east-1' },
  id: 'arn',
  name: 'demo',
  status,
  createdAt: now,
  unfinished: [],
  outputs: [],
  imports: [],
  disableRollback: false,
  terminationProtection: false,
  operation: { id: 'now', kind: 'CREATE', onFailure: 'ROLLBACK', skipped: [], startedAt: now, ...more },
});
const row = (more: Partial<StackResource> = {}): StackResource => ({
  stackId: 'arn',
  logicalId: 'A',
  generation: 'g',
  isCurrent: true,
  type: 'T::A::A',
  physicalId: 'a',
  properties: {},
  attributes: {},
  status: 'CREATE_COMPLETE',
  updatedAt: now,
  dependsOn: [],
  deletionPolicy: 'Delete',
  updateReplacePolicy: 'Delete',
  createdIn: 'now',
  ...more,
});
const statusOf = ({ events }: StackPlan): string | undefined => events[0]?.status;

t.test('what a rollback leaves', (t) => {
  const retained = row({ deletionPolicy: 'Retain' });
  const rollback = 'ROLLBACK_IN_PROGRESS';
  const except = { retainExceptOnCreate: true } as const;
  const creation: readonly (readonly [name: string, BusyStack, StackResource, status: string])[] = [
    ['what is to be retained', stack(rollback), retained, 'DELETE_SKIPPED'],
    [
      'not what its policy retains except on create',
      stack(rollback),
      row({ deletionPolicy: 'RetainExceptOnCreate' }),
      'DELETE_IN_PROGRESS',
    ],
    ['nothing, where the request says so', stack(rollback, except), retained, 'DELETE_IN_PROGRESS'],
    ['a deletion retains it all the same', stack('DELETE_IN_PROGRESS', except), retained, 'DELETE_SKIPPED'],
  ];
  for (const [name, busy, one, status] of creation)
    t.equal(statusOf(planDeletion(busy, [one], context)), status, name);
  const undone = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  const retired = row({ deletionPolicy: 'Retain', isCurrent: false, retiredIn: 'now' });
  t.equal(statusOf(planCleanup(stack(undone), [retired], context)), 'DELETE_SKIPPED');
  t.equal(statusOf(planCleanup(stack(undone, except), [retired], context)), 'DELETE_IN_PROGRESS');
  t.end();
});

t.test('what cannot be deleted fails its stack, or is left by force', (t) => {
  const failed = row({ status: 'DELETE_FAILED', failedIn: 'now' });
  const deleting = 'DELETE_IN_PROGRESS';
  t.match(planDeletion(stack(deleting), [failed], context).stack, {
    status: 'DELETE_FAILED',
    statusReason: 'The following resource(s) failed to delete: [A]. ',
  });
  const left = planDeletion(stack(deleting, { isForced: true }), [failed], context);
  t.equal(statusOf(left), 'DELETE_SKIPPED');
  t.equal(
    planDeletion(stack(deleting, { isForced: true }), left.rows, context).stack.status,
    'DELETE_COMPLETE',
  );
  t.end();
});
