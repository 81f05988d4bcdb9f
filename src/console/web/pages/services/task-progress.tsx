import ProgressBar from '@cloudscape-design/components/progress-bar';

/** How many of the tasks that are to run do. */
export function TaskProgress({
  name,
  desiredCount = 0,
  runningCount = 0,
  pendingCount = 0,
}: {
  /** Of the deployment or task set. */
  readonly name: string;
  readonly desiredCount?: number | undefined;
  readonly runningCount?: number | undefined;
  readonly pendingCount?: number | undefined;
}) {
  const counts = `${runningCount}/${desiredCount} running${pendingCount > 0 ? `, ${pendingCount} pending` : ''}`;
  // What is on its way out is to have no tasks.
  if (desiredCount === 0) return counts;
  return (
    <ProgressBar
      value={Math.min(100, Math.round((100 * runningCount) / desiredCount))}
      additionalInfo={counts}
      ariaLabel={`Running tasks of ${name}`}
    />
  );
}
