import type { PlacementReason } from '../model/placement.ts';
import type { Deployment, Unplaced } from '../model/service.ts';
import type { Refused } from './placer.ts';

const MINUTE_MS = 60_000;
/** The waits double up to this. Source: ECS developer guide, service throttle logic, which names a lack of room. */
const MAX_WAIT_MS = 15 * MINUTE_MS;
/** Not documented; a task that stops within the usual grace period gives its room in time. */
const FIRST_WAIT_MS = MINUTE_MS / 2;
/** Source: ECS developer guide, service event messages: a message is told again after six hours. */
const TELL_AGAIN_MS = 6 * 60 * MINUTE_MS;

export type UnplacedOptions = {
  readonly serviceName: string;
  readonly now: Date;
  /** Times at which to look again. */
  readonly times: number[];
  /** Messages to be told. */
  readonly events: string[];
  /** Tasks of the service are stopping, which may be all that is waited for. */
  readonly isMakingRoom: boolean;
};

/**
 * Takes over that tasks of a deployment found no place. It is told once, until the reason is another or six hours have
 * passed; each try that its time has come for counts as a failure, for the circuit breaker too. Sources: ECS developer
 * guide, service event messages and deployment circuit breaker; ECS API reference, Deployment.failedTasks: a task that
 * cannot be launched has failed.
 */
export function countUnplaced(
  deployment: Deployment,
  refused: Refused,
  options: UnplacedOptions,
): Deployment {
  const { now, times, events } = options;
  const nowMs = now.getTime();
  const before = deployment.unplaced;
  if (!before && options.isMakingRoom) return deployment;
  const message = messageOf(options.serviceName, refused);
  const isTold = before?.message === message && nowMs < before.toldAt.getTime() + TELL_AGAIN_MS;
  const isDue = before === undefined || nowMs >= before.nextAt.getTime();
  if (!isTold) events.push(message);
  const failures = (before?.failures ?? 0) + (isDue ? 1 : 0);
  const waitMs = Math.min(MAX_WAIT_MS, 2 ** (failures - 1) * FIRST_WAIT_MS);
  const nextAt = before && !isDue ? before.nextAt : new Date(nowMs + waitMs);
  times.push(nextAt.getTime());
  if (isTold && !isDue) return deployment;
  const { closest } = refused;
  const unplaced: Unplaced = {
    message,
    reason: closest?.reason ?? NO_INSTANCES,
    ...(closest && { instanceArn: closest.view.instance.arn }),
    toldAt: isTold ? before.toldAt : now,
    failures,
    nextAt,
  };
  const counted = {
    failedTasks: deployment.failedTasks + 1,
    breakerFailures: deployment.breakerFailures + 1,
    updatedAt: now,
  };
  return { ...deployment, ...(isDue && counted), unplaced };
}

/** All tasks of a deployment have their places. */
export function withoutUnplaced(deployment: Deployment): Deployment {
  if (!deployment.unplaced) return deployment;
  const { unplaced, ...rest } = deployment;
  return rest;
}

/** What a user of this machine can do about it, for the log: ECS's own words know other machines. */
export function hintOf({ reason }: Unplaced): string | undefined {
  switch (reason) {
    case 'RESOURCE:PORTS':
      return 'a fixed host port is one task’s at a time: give the service a minimumHealthyPercent below 100, so that the old task stops first, or hostPort 0';
    case 'RESOURCE:CPU':
    case 'RESOURCE:MEMORY':
      return 'what the tasks of a cluster reserve is more than this machine has: ECS_HOST_CAPACITY=unlimited places them all the same';
    default:
      return undefined;
  }
}

const NO_INSTANCES = 'No Container Instances were found in your cluster.';

const messageOf = (serviceName: string, { closest }: Refused): string =>
  `(service ${serviceName}) was unable to place a task because no container instance met all of its requirements. ${
    closest
      ? `The closest matching (container-instance ${closest.view.instance.id}) ${WORDS[closest.reason]}.`
      : `Reason: ${NO_INSTANCES}`
  } For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`;

/** Sources: ECS developer guide, service event messages; recorded from ECS in public code. */
const WORDS: Readonly<Record<PlacementReason, string>> = {
  ATTRIBUTE: 'is missing an attribute required by your task',
  'MemberOf placement constraint unsatisfied.':
    'encountered error "MemberOf placement constraint unsatisfied."',
  'DistinctInstance placement constraint unsatisfied.':
    'encountered error "DistinctInstance placement constraint unsatisfied."',
  // The wording follows that of the others.
  'RESOURCE:GPU': 'has insufficient GPU resource available',
  'RESOURCE:CPU': 'has insufficient CPU units available',
  'RESOURCE:MEMORY': 'has insufficient memory available',
  'RESOURCE:PORTS': 'is already using a port required by your task',
};
