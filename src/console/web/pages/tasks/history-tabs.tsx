import { statusColumn } from '../../shared/columns.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import type { Reload, TaskDetails } from './queries.ts';

type Moment = TaskDetails['timeLine'][number] & { readonly sinceMs: number };

const WORDS: Readonly<Record<string, string>> = {
  created: 'Created',
  connected: 'Connected',
  pullStarted: 'Pull started',
  pullStopped: 'Pull ended',
  containerStarted: 'Container started',
  started: 'Running',
  stopping: 'Stopping',
  executionStopped: 'All containers ended',
  stopped: 'Stopped',
};

/** The life cycle with the time that each step took. */
export function TimeLineTab({ details: { timeLine } }: { readonly details: TaskDetails }) {
  const moments = timeLine.map((moment, index): Moment => {
    const before = timeLine[index - 1]?.at ?? moment.at;
    return { ...moment, sinceMs: Date.parse(moment.at) - Date.parse(before) };
  });
  return (
    <ResourceTable
      name="step"
      title="Time line"
      items={moments}
      columns={MOMENT_COLUMNS}
      idOf={({ what, container = '' }) => `${what} ${container}`}
      filterName="step"
    />
  );
}

const MOMENT_COLUMNS: readonly Column<Moment>[] = [
  {
    id: 'at',
    header: 'Time',
    cell: ({ at }) => new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
    value: ({ at }) => at,
  },
  {
    id: 'what',
    header: 'Step',
    value: ({ what, container }) =>
      container === undefined ? (WORDS[what] ?? what) : `${WORDS[what] ?? what}: ${container}`,
    isRowHeader: true,
  },
  {
    id: 'took',
    header: 'After the step before',
    cell: ({ sinceMs }) => secondsOf(sinceMs),
    value: ({ sinceMs }) => sinceMs,
  },
];

const secondsOf = (ms: number): string => (ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`);

/** What files changed, and what became of it. */
export function ReloadsTab({ details }: { readonly details: TaskDetails }) {
  return (
    <ResourceTable
      name="reload"
      items={details.reloads}
      columns={RELOAD_COLUMNS}
      idOf={({ id }) => id}
      descending
      filterName="reload"
      empty="Files that change in mounted folders reload the containers that mount them."
    />
  );
}

const RELOAD_COLUMNS: readonly Column<Reload>[] = [
  { id: 'at', header: 'Time', cell: ({ at }) => new Date(at).toLocaleTimeString(), value: ({ at }) => at },
  {
    id: 'container',
    header: 'Container',
    value: ({ containerName }) => containerName,
    isRowHeader: true,
  },
  {
    id: 'files',
    header: 'Changed',
    value: ({ files, fileCount }) =>
      files.join(', ') + (fileCount > files.length ? ` and ${fileCount - files.length} more` : ''),
  },
  { id: 'action', header: 'Action', value: ({ action }) => action },
  statusColumn('status', 'Outcome', ({ status }) => status),
  {
    id: 'took',
    header: 'Took',
    cell: ({ durationMs }) => (durationMs === undefined ? '–' : secondsOf(durationMs)),
    value: ({ durationMs }) => durationMs,
  },
  { id: 'reason', header: 'Reason', value: ({ reason }) => reason },
];
