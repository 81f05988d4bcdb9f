import type { StackResource, StackStatus } from '../../../model/stack.ts';
import { resourceEvent } from './events.ts';
import {
  askedOf,
  collect,
  isGone,
  startWork,
  type BusyStack,
  type PlanContext,
  type StackPlan,
} from './plan.ts';

type Plan = ReturnType<typeof collect>;

/** The next deletions of a stack that is deleted, or whose creation is rolled back. */
export function planDeletion(
  stack: BusyStack,
  rows: readonly StackResource[],
  context: PlanContext,
): StackPlan {
  const plan = collect(stack);
  const isRollback = stack.status === 'ROLLBACK_IN_PROGRESS';
  const busy = rows.filter(({ work }) => work && work.action !== 'delete');
  for (const row of busy) {
    if (row.work && !row.work.isCancelled) plan.row({ ...row, work: { ...row.work, isCancelled: true } });
  }
  if (busy.length > 0) return plan.plan();
  const isKept = ({ logicalId, deletionPolicy }: StackResource): boolean =>
    stack.operation.skipped.includes(logicalId) ||
    (deletionPolicy === 'Retain' && !(isRollback && stack.operation.retainExceptOnCreate === true)) ||
    (deletionPolicy === 'RetainExceptOnCreate' && !isRollback);
  if (deleteNext(stack, rows, plan, isKept, context)) return plan.plan();
  const failed = rows.filter(({ failedIn }) => failedIn === stack.operation.id);
  if (failed.length > 0 && stack.operation.isForced === true) {
    for (const row of failed) skip(stack, row, plan, context.now);
    return plan.plan();
  }
  const reason =
    failed.length === 0
      ? undefined
      : `The following resource(s) failed to delete: [${failed.map(({ logicalId }) => logicalId).join(', ')}]. `;
  const ends: Readonly<Record<string, StackStatus>> = isRollback
    ? { whole: 'ROLLBACK_COMPLETE', failed: 'ROLLBACK_FAILED' }
    : { whole: 'DELETE_COMPLETE', failed: 'DELETE_FAILED' };
  const status = (failed.length === 0 ? ends['whole'] : ends['failed']) ?? 'DELETE_FAILED';
  return plan.ended(status, reason, {
    ...(status === 'DELETE_COMPLETE' && { deletedAt: context.now }),
    ...(failed.length === 0 && { outputs: [], imports: [] }),
  });
}

/** The next deletions after an update or its rollback: what was replaced, or is not wanted any more. */
export function planCleanup(
  stack: BusyStack,
  rows: readonly StackResource[],
  context: PlanContext,
): StackPlan {
  const plan = collect(stack);
  const retired = rows.filter(({ retiredIn }) => retiredIn !== undefined);
  const replacing = new Set(rows.flatMap(({ replaces }) => replaces ?? []));
  const isUndone = stack.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  const isKept = (row: StackResource): boolean => {
    const policy = replacing.has(row.generation) ? row.updateReplacePolicy : row.deletionPolicy;
    if (isUndone && stack.operation.retainExceptOnCreate === true) return false;
    return policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !isUndone);
  };
  // What cannot be deleted is left, and holds up nothing else.
  const left = retired.filter(({ failedIn }) => failedIn !== stack.operation.id);
  if (deleteNext(stack, left, plan, isKept, context)) return plan.plan();
  for (const row of retired) plan.drop(row);
  for (const row of rows) {
    if (row.retiredIn !== undefined || (row.before === undefined && row.replaces === undefined)) continue;
    const { before: _before, replaces: _replaces, ...settled } = row;
    plan.row(settled);
  }
  const status = isUndone ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE';
  return plan.ended(status, undefined, { unfinished: [], updatedAt: context.now });
}

/** Leaves a resource where it is. */
function skip(stack: BusyStack, row: StackResource, plan: Plan, now: Date): void {
  const { statusReason: _reason, failedIn: _failed, ...plain } = row;
  const skipped: StackResource = { ...plain, status: 'DELETE_SKIPPED', updatedAt: now };
  plan.row(skipped);
  plan.tell(resourceEvent(stack, skipped));
}

/** Deletes what nothing else depends on any more; true while something is left to be done. */
function deleteNext(
  stack: BusyStack,
  rows: readonly StackResource[],
  plan: Plan,
  isKept: (row: StackResource) => boolean,
  { now }: PlanContext,
): boolean {
  const { id } = stack.operation;
  const left = new Map(rows.filter((row) => !isGone(row)).map((row) => [row, row]));
  // Kept ones first: they hold up nothing.
  for (const row of left.keys()) {
    if (row.work || !isKept(row)) continue;
    skip(stack, row, plan, now);
    left.delete(row);
  }
  let isBusy = false;
  for (const row of left.keys()) {
    if (row.work) {
      isBusy = true;
      continue;
    }
    if (row.failedIn === id && row.status === 'DELETE_FAILED') continue;
    const isNeeded = [...left.keys()].some(
      (other) => other !== row && other.dependsOn.includes(row.logicalId),
    );
    if (isNeeded) continue;
    const { statusReason: _reason, failedIn: _failed, ...plain } = row;
    const deleting: StackResource = {
      ...plain,
      status: 'DELETE_IN_PROGRESS',
      updatedAt: now,
      work: startWork('delete', id, now),
    };
    plan.row(deleting);
    if (row.physicalId !== undefined) plan.tell(resourceEvent(stack, deleting));
    isBusy = true;
  }
  return isBusy;
}

/**
 * The next steps of an update's rollback: replaced resources take their places again, changed ones are changed back,
 * new ones wait for the cleanup.
 */
export function planUpdateRollback(
  stack: BusyStack,
  rows: readonly StackResource[],
  { now }: PlanContext,
): StackPlan {
  const { operation, unfinished } = stack;
  const plan = collect(stack);
  const settled = new Set<string>();
  const changing: StackResource[] = [];
  for (const row of rows) {
    if (!row.isCurrent || !unfinished.includes(row.createdIn)) {
      const isChanged = row.isCurrent && row.before && unfinished.includes(row.before.operationId);
      if (isChanged && row.doneIn !== operation.id) changing.push(row);
      continue;
    }
    plan.row({ ...row, isCurrent: false, retiredIn: operation.id });
    const old = firstOf(row, rows, unfinished);
    if (!old) continue;
    const { retiredIn: _retired, ...back } = old;
    settled.add(old.logicalId);
    const isChanged = back.before && unfinished.includes(back.before.operationId);
    const restored: StackResource = { ...back, isCurrent: true, ...(!isChanged && { doneIn: operation.id }) };
    if (isChanged) changing.push(restored);
    else plan.tell(resourceEvent(stack, { ...restored, status: 'UPDATE_COMPLETE' }));
    plan.row({ ...restored, ...(!isChanged && { status: 'UPDATE_COMPLETE', updatedAt: now }) });
  }
  const failed = changing.filter(({ failedIn }) => failedIn === operation.id);
  const working = changing.filter(({ work }) => work);
  const open = new Set(changing.map(({ logicalId }) => logicalId));
  for (const row of changing) {
    if (row.work || failed.length > 0 || !row.before) continue;
    if (row.dependsOn.some((logicalId) => open.has(logicalId))) continue;
    const { statusReason: _reason, failedIn: _failed, ...plain } = row;
    if (operation.skipped.includes(row.logicalId)) {
      plan.row({ ...plain, status: 'UPDATE_COMPLETE', doneIn: operation.id, updatedAt: now });
      plan.tell(resourceEvent(stack, { ...plain, status: 'UPDATE_COMPLETE' }));
      continue;
    }
    const next: StackResource = {
      ...plain,
      status: 'UPDATE_IN_PROGRESS',
      updatedAt: now,
      properties: row.before.properties,
      ...(row.before.tags && { tags: row.before.tags }),
      before: { ...row.before, asked: [...(row.before.asked ?? []), askedOf(row)] },
      work: startWork('update', operation.id, now),
    };
    plan.row(next);
    plan.tell(resourceEvent(stack, next));
  }
  if (working.length > 0) return plan.plan();
  if (failed.length > 0) {
    const names = failed.map(({ logicalId }) => logicalId).join(', ');
    return plan.ended('UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${names}]. `);
  }
  return changing.length > 0
    ? plan.plan()
    : plan.moved('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', undefined);
}

/** Of a chain of replacements, the one that was there before the first unfinished update. */
function firstOf(
  row: StackResource,
  rows: readonly StackResource[],
  unfinished: readonly string[],
): StackResource | undefined {
  const old = rows.find(
    ({ logicalId, generation }) => logicalId === row.logicalId && generation === row.replaces,
  );
  if (!old || isGone(old)) return undefined;
  return unfinished.includes(old.createdIn) ? firstOf(old, rows, unfinished) : old;
}
