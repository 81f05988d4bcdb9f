import type {
  DeleteScheduledActionRequest,
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse,
  DescribeScheduledActionsRequest,
  DescribeScheduledActionsResponse,
  PutScheduledActionRequest,
  ScheduledAction as AwsScheduledAction,
} from '@aws-sdk/client-application-auto-scaling';
import { parseSchedule } from '../../lib/aws-schedule.ts';
import type { ScheduledAction } from '../../model/scaling.ts';
import type { Nothing } from '../../model/ports.ts';
import type { ScalingOperation } from './dependencies.ts';
import { notFound, validationError } from './errors.ts';
import { checkNamespace, checkResource, findTarget, pageOfItems, resourceShape } from './resource.ts';

/** Saves a scheduled action; what is not given of one that is there already stays. */
export const putScheduledAction: ScalingOperation<PutScheduledActionRequest, Nothing> = (context, input) => {
  const { scaling, caller, now, newId, wake } = context;
  const resourceId = checkResource(input, caller);
  findTarget(context, resourceId);
  const name = input.ScheduledActionName ?? '';
  const before = scaling.actions.get(caller, resourceId, name);
  const schedule = input.Schedule ?? before?.schedule;
  const timezone = input.Timezone ?? before?.timezone;
  if (schedule === undefined) throw validationError('Schedule must be specified.');
  checkSchedule(schedule, timezone, now());
  const { MinCapacity: min = before?.minCapacity, MaxCapacity: max = before?.maxCapacity } =
    input.ScalableTargetAction ?? {};
  if (min === undefined && max === undefined)
    throw validationError('ScalableTargetAction must specify MinCapacity, MaxCapacity or both.');
  if (min !== undefined && max !== undefined && min > max)
    throw validationError('Maximum capacity cannot be less than minimum capacity');
  const { account, region } = caller;
  const startTime = timeOf(input.StartTime) ?? before?.startTime;
  const endTime = timeOf(input.EndTime) ?? before?.endTime;
  const action: ScheduledAction = {
    scope: { account, region },
    arn:
      before?.arn ??
      `arn:aws:autoscaling:${region}:${account}:scheduledAction:${newId()}:resource/ecs/${resourceId}:scheduledActionName/${name}`,
    resourceId,
    name,
    schedule,
    ...(timezone !== undefined && { timezone }),
    ...(startTime && { startTime }),
    ...(endTime && { endTime }),
    ...(min !== undefined && { minCapacity: min }),
    ...(max !== undefined && { maxCapacity: max }),
    createdAt: before?.createdAt ?? now(),
    firedUpTo: now(),
  };
  scaling.actions.put(action);
  wake();
  return {};
};

function checkSchedule(schedule: string, timezone: string | undefined, start: Date): void {
  try {
    parseSchedule(schedule, { ...(timezone !== undefined && { timezone }), start })(start);
  } catch {
    throw validationError(`Invalid schedule expression or time zone: ${schedule} ${timezone ?? ''}`.trim());
  }
}

/** On the wire a time is a number of seconds. */
const timeOf = (time: Date | number | undefined): Date | undefined =>
  time === undefined || time instanceof Date ? time : new Date(time * 1000);

/** Scheduled actions of the account and region, or of one resource. */
export const describeScheduledActions: ScalingOperation<
  DescribeScheduledActionsRequest,
  DescribeScheduledActionsResponse
> = ({ scaling, caller }, input) => {
  checkNamespace(input.ServiceNamespace);
  const names = input.ScheduledActionNames;
  const wanted = scaling.actions
    .list(caller)
    .filter(({ name, arn }) => !names?.length || names.includes(name) || names.includes(arn));
  const { items, next } = pageOfItems(wanted, input);
  return { ScheduledActions: items.map(shape), ...next };
};

/** Forgets a scheduled action. */
export const deleteScheduledAction: ScalingOperation<DeleteScheduledActionRequest, Nothing> = (
  context,
  input,
) => {
  const { scaling, caller } = context;
  const resourceId = checkResource(input, caller);
  const action = scaling.actions.get(caller, resourceId, input.ScheduledActionName ?? '');
  if (!action) throw notFound('scheduled action', input.ScheduledActionName ?? '', resourceId);
  scaling.actions.delete(action);
  return {};
};

/** What was scaled and why, the newest first. */
export const describeScalingActivities: ScalingOperation<
  DescribeScalingActivitiesRequest,
  DescribeScalingActivitiesResponse
> = ({ scaling, caller }, input) => {
  checkNamespace(input.ServiceNamespace);
  const { items, next } = pageOfItems(scaling.activities(caller), input);
  return {
    ScalingActivities: items.map(({ id, resourceId, description, cause, startedAt }) => ({
      ActivityId: id,
      ...resourceShape(resourceId),
      Description: description,
      Cause: cause,
      StartTime: startedAt,
      EndTime: startedAt,
      StatusCode: 'Successful' as const,
      StatusMessage: `Successfully set desired count to ${/\d+/.exec(description)?.[0] ?? ''}. Change successfully fulfilled by ecs.`,
    })),
    ...next,
  };
};

const shape = (action: ScheduledAction): AwsScheduledAction => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: action.arn,
  ...resourceShape(action.resourceId),
  Schedule: action.schedule,
  ...(action.timezone !== undefined && { Timezone: action.timezone }),
  ...(action.startTime && { StartTime: action.startTime }),
  ...(action.endTime && { EndTime: action.endTime }),
  ScalableTargetAction: {
    ...(action.minCapacity !== undefined && { MinCapacity: action.minCapacity }),
    ...(action.maxCapacity !== undefined && { MaxCapacity: action.maxCapacity }),
  },
  CreationTime: action.createdAt,
});
