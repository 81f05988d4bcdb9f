import type { Task } from '../../model/task.ts';

export type TimeLineEntry = {
  readonly what:
    | 'created'
    | 'connected'
    | 'pullStarted'
    | 'pullStopped'
    | 'containerStarted'
    | 'started'
    | 'stopping'
    | 'executionStopped'
    | 'stopped';
  readonly at: Date;
  readonly container?: string;
};

/** What became of a task and when, in the order of time, and of the life cycle where two things were at once. */
export function timeLine(task: Task): TimeLineEntry[] {
  const moments: readonly (readonly [TimeLineEntry['what'], Date | undefined, string?])[] = [
    ['created', task.createdAt],
    // ECS reaches the agent shortly before the pull starts; here both are one moment.
    ['connected', task.pullStartedAt],
    ['pullStarted', task.pullStartedAt],
    ['pullStopped', task.pullStoppedAt],
    ...task.containers.map(
      ({ name, startedAtMs }) =>
        ['containerStarted', startedAtMs === undefined ? undefined : new Date(startedAtMs), name] as const,
    ),
    ['started', task.startedAt],
    ['stopping', task.stoppingAt],
    ['executionStopped', task.executionStoppedAt],
    ['stopped', task.stoppedAt],
  ];
  return moments
    .flatMap(([what, at, container]) =>
      at ? [{ what, at, ...(container !== undefined && { container }) }] : [],
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
