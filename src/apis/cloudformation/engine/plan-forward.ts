import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../../model/aws-error.ts';
import type { Stack, StackResource } from '../../../model/stack.ts';
import { resourceEvent } from './events.ts';
import { denialBy, type UpdateAction } from './stack-policy.ts';
import {
  askedOf,
  collect,
  isGone,
  startWork,
  type BusyStack,
  type PlanContext,
  type StackPlan,
  type Wanted,
  type WantedResource,
} from './plan.ts';

/**
 * The next steps of a stack that is being created or updated: every resource whose dependencies are done is begun.
 * After a failure nothing more is begun, what is under way is cancelled, and then the stack turns round.
 */
export function planForward(
  stack: BusyStack,
  rows: readonly StackResource[],
  wanted: Wanted,
  context: PlanContext,
): StackPlan {
  const { operation } = stack;
  const failed = rows.filter(({ failedIn }) => failedIn === operation.id);
  if (failed.length > 0 || operation.cancelled !== undefined) return turnRound(stack, rows, failed, context);
  const plan = collect(stack);
  const current = new Map(rows.filter(({ isCurrent }) => isCurrent).map((row) => [row.logicalId, row]));
  const done = new Set([...current.values()].filter(isDone(operation.id)).map(({ logicalId }) => logicalId));
  for (const logicalId of wanted.order) {
    const row = current.get(logicalId);
    if (row?.work || done.has(logicalId)) continue;
    if ([...wanted.dependenciesOf(logicalId)].some((dependency) => !done.has(dependency))) continue;
    let resource: WantedResource;
    try {
      resource = wanted.resource(logicalId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return turnRoundOnError(stack, rows, error.message, context);
    }
    const { next, retired } = step(stack, logicalId, row, resource, context);
    const denied =
      row && next.work && refuse(stack, row, retired ? 'Update:Replace' : 'Update:Modify', plan, context);
    if (denied === true) return plan.plan();
    if (retired) plan.row(retired);
    plan.row(next);
    if (next.work) plan.tell(resourceEvent(stack, next));
    else done.add(logicalId);
  }
  if (wanted.order.some((logicalId) => !done.has(logicalId))) return plan.plan();
  return finish(stack, rows, wanted, plan, context);
}

/** Whether the stack's policy does not let an update do this to a resource; the resource has failed then. */
function refuse(
  stack: BusyStack,
  row: StackResource,
  action: UpdateAction,
  plan: ReturnType<typeof collect>,
  { now }: PlanContext,
): boolean {
  const { operation } = stack;
  const body = operation.kind === 'UPDATE' ? operation.policyBody : undefined;
  const reason =
    body === undefined || row.status === 'CREATE_FAILED' ? undefined : denialBy(body, action, row);
  if (reason === undefined) return false;
  const refused: StackResource = {
    ...row,
    status: 'UPDATE_FAILED',
    statusReason: reason,
    failedIn: operation.id,
    updatedAt: now,
    // The rollback says that it is what it was.
    before: row.before ?? { operationId: operation.id, ...askedOf(row), attributes: row.attributes },
  };
  plan.row(refused);
  plan.tell(resourceEvent(stack, refused));
  return true;
}

const isDone =
  (operationId: string) =>
  ({ doneIn }: StackResource): boolean =>
    doneIn === operationId;

/** What the template says of it now takes their place, or nothing. */
function withoutOldTemplate({
  metadata: _old,
  creationPolicy: _policy,
  reads: _reads,
  tags: _tags,
  ...row
}: StackResource): StackResource {
  return row;
}

/** Whether an attribute is read now that was not asked for when it was made at the upstream. */
const lacksAttribute = ({ kept, attributes }: StackResource, { reads = [] }: WantedResource): boolean =>
  kept !== undefined && reads.some((name) => !Object.hasOwn(attributes, name));

/** What becomes of one resource: made, changed in place, replaced, or left as it is. */
function step(
  { id: stackId, operation, unfinished }: BusyStack,
  logicalId: string,
  row: StackResource | undefined,
  wanted: WantedResource,
  { now, newId, needsReplacement }: PlanContext,
): { next: StackResource; retired?: StackResource } {
  const made = (more: Partial<StackResource>): StackResource => ({
    stackId,
    logicalId,
    generation: newId(),
    isCurrent: true,
    ...wanted,
    attributes: {},
    status: 'CREATE_IN_PROGRESS',
    updatedAt: now,
    createdIn: operation.id,
    work: startWork('create', operation.id, now),
    ...more,
  });
  if (!row) return { next: made({}) };
  const { statusReason: _reason, ...plain } = withoutOldTemplate(row);
  const wasMade = row.status !== 'CREATE_FAILED';
  const isSame =
    isDeepStrictEqual(row.properties, wanted.properties) &&
    // What was made before tags were kept has those of its stack.
    isDeepStrictEqual(row.tags ?? wanted.tags, wanted.tags);
  if (wasMade && isSame && row.failedIn === undefined && !lacksAttribute(row, wanted))
    return { next: { ...withoutOldTemplate(row), ...wanted, doneIn: operation.id } };
  const isReplaced =
    !wasMade ||
    row.type !== wanted.type ||
    row.replaceIn === operation.id ||
    needsReplacement(row.type, row.properties, wanted.properties);
  if (isReplaced) {
    const next = made({
      replaces: row.generation,
      ...(wasMade && {
        status: 'UPDATE_IN_PROGRESS',
        statusReason:
          'Requested update requires the creation of a new physical resource; hence creating one.',
      }),
    });
    return { next, retired: { ...row, isCurrent: false, retiredIn: operation.id } };
  }
  // What an earlier update, that neither ended nor was undone, found is what a rollback goes back to.
  const kept = row.before && unfinished.includes(row.before.operationId) ? row.before : undefined;
  const { failedIn: _failed, ...rest } = plain;
  return {
    next: {
      ...rest,
      ...wanted,
      status: 'UPDATE_IN_PROGRESS',
      updatedAt: now,
      work: startWork('update', operation.id, now),
      before: kept
        ? { ...kept, asked: [...(kept.asked ?? []), askedOf(row)] }
        : { operationId: operation.id, ...askedOf(row), attributes: row.attributes },
    },
  };
}

function finish(
  stack: BusyStack,
  rows: readonly StackResource[],
  wanted: Wanted,
  plan: ReturnType<typeof collect>,
  context: PlanContext,
): StackPlan {
  const { operation } = stack;
  let made: ReturnType<Wanted['outputs']>;
  try {
    made = wanted.outputs();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return turnRoundOnError(stack, rows, error.message, context);
  }
  const version = operation.target ?? stack.version;
  const reached: Partial<Stack> = { ...made, unfinished: [], ...(version && { version }) };
  if (operation.kind === 'CREATE') {
    return plan.ended('CREATE_COMPLETE', undefined, reached);
  }
  const kept = new Set(wanted.order);
  const unwanted = rows.filter((row) => row.isCurrent && !kept.has(row.logicalId) && !isGone(row));
  const refused = unwanted.filter((row) => refuse(stack, row, 'Update:Delete', plan, context));
  if (refused.length > 0) return plan.plan();
  for (const row of unwanted) plan.row({ ...row, isCurrent: false, retiredIn: operation.id });
  return plan.moved('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, reached);
}

/** Cancels what is under way; once nothing is, the stack goes back, or stays as it is. */
function turnRound(
  stack: BusyStack,
  rows: readonly StackResource[],
  failed: readonly StackResource[],
  context: PlanContext,
): StackPlan {
  const plan = collect(stack);
  const working = rows.filter(({ work }) => work);
  for (const row of working) {
    if (row.work && !row.work.isCancelled) plan.row({ ...row, work: { ...row.work, isCancelled: true } });
  }
  if (working.length > 0) return plan.plan();
  return goBack(stack, reasonOf(stack, failed), context);
}

/** The same when the template itself cannot be brought on, for this reason. */
export const turnRoundOnError = (
  stack: BusyStack,
  rows: readonly StackResource[],
  reason: string,
  context: PlanContext,
): StackPlan =>
  // What is under way may end first: the error is still there then.
  rows.some(({ work }) => work) ? collect(stack).plan() : goBack(stack, `${reason}. `, context);

/** Source: events of CloudFormation, as in its user guide's troubleshooting. */
function reasonOf({ operation }: BusyStack, failed: readonly StackResource[]): string | undefined {
  if (operation.cancelled === 'user') return 'User Initiated';
  const names = (of: readonly StackResource[]): string => of.map(({ logicalId }) => logicalId).join(', ');
  const creating = failed.filter(({ status }) => status === 'CREATE_FAILED');
  const updating = failed.filter(({ status }) => status !== 'CREATE_FAILED');
  const parts = [
    ...(operation.cancelled === 'timeout' ? ['Stack creation time exceeded the specified timeout. '] : []),
    ...(creating.length > 0 ? [`The following resource(s) failed to create: [${names(creating)}]. `] : []),
    ...(updating.length > 0 ? [`The following resource(s) failed to update: [${names(updating)}]. `] : []),
  ];
  return parts.length === 0 ? undefined : parts.join('');
}

function goBack(stack: BusyStack, reason: string | undefined, { newId }: PlanContext): StackPlan {
  const { operation } = stack;
  const plan = collect(stack);
  // The time limit is that of the creation alone.
  const { deadline: _over, ...going } = operation;
  const next = { ...going, id: newId() };
  const text = reason ?? '';
  if (operation.kind === 'CREATE') {
    const version = operation.target ? { version: operation.target } : {};
    switch (operation.onFailure) {
      case 'ROLLBACK':
        return plan.moved('ROLLBACK_IN_PROGRESS', `${text}Rollback requested by user.`, {
          ...version,
          operation: next,
        });
      case 'DELETE':
        return plan.moved('DELETE_IN_PROGRESS', `${text}Delete requested by user.`, {
          ...version,
          operation: { ...next, kind: 'DELETE' },
        });
      case 'DO_NOTHING': {
        return plan.ended('CREATE_FAILED', reason, version);
      }
    }
  }
  const unfinished = [...stack.unfinished, operation.id];
  if (operation.onFailure === 'DO_NOTHING') {
    return plan.ended('UPDATE_FAILED', reason, { unfinished });
  }
  return plan.moved('UPDATE_ROLLBACK_IN_PROGRESS', reason, { unfinished, operation: next });
}
