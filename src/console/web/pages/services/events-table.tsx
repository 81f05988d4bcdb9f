import { timeColumn } from '../../shared/columns.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import type { Service, ServiceEvent } from './queries.ts';

/** What ECS did for a service, as it happens; the last hundred. */
export function EventsTable({ service }: { readonly service: Service }) {
  return (
    <ResourceTable
      name="event"
      items={service.events ?? []}
      columns={COLUMNS}
      idOf={({ id }) => id ?? ''}
      sortedBy="at"
      descending
      wrapLines
    />
  );
}

const COLUMNS: readonly Column<ServiceEvent>[] = [
  timeColumn('at', 'Time', ({ createdAt }) => createdAt, { width: 170 }),
  { id: 'message', header: 'Event', value: ({ message }) => message, isRowHeader: true },
  { id: 'id', header: 'Id', value: ({ id }) => id },
];
