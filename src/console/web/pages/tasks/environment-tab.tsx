import Box from '@cloudscape-design/components/box';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import type { Mount, TaskDetails } from './queries.ts';

type Variable = { readonly container: string; readonly name: string; readonly value?: string };

/** What is secret comes without its value. */
export function EnvironmentTab({ details }: { readonly details: TaskDetails }) {
  const variables = details.containers.flatMap(({ name: container, environment = [] }) =>
    environment.map((variable): Variable => ({ container, ...variable })),
  );
  return (
    <ResourceTable
      name="variable"
      items={variables}
      columns={VARIABLE_COLUMNS}
      idOf={({ container, name }) => `${container} ${name}`}
      filterName="variable"
    />
  );
}

const VARIABLE_COLUMNS: readonly Column<Variable>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name, isRowHeader: true },
  {
    id: 'value',
    header: 'Value',
    cell: ({ value }) => (value === undefined ? <Box color="text-status-inactive">hidden</Box> : value),
    value: ({ value }) => value,
  },
  { id: 'container', header: 'Container', value: ({ container }) => container },
];

type ContainerMount = Mount & { readonly container: string };

export function MountsTab({ details }: { readonly details: TaskDetails }) {
  const mounts = details.containers.flatMap(({ name: container, mounts: own = [] }) =>
    own.map((mount): ContainerMount => ({ container, ...mount })),
  );
  return (
    <ResourceTable
      name="mount"
      items={mounts}
      columns={MOUNT_COLUMNS}
      idOf={({ container, containerPath }) => `${container} ${containerPath}`}
      filterName="mount"
    />
  );
}

const MOUNT_COLUMNS: readonly Column<ContainerMount>[] = [
  {
    id: 'container-path',
    header: 'Path in the container',
    value: ({ containerPath }) => containerPath,
    isRowHeader: true,
  },
  { id: 'host-path', header: 'Path on the host', value: ({ hostPath }) => hostPath },
  { id: 'volume', header: 'Volume', value: ({ volume }) => volume },
  { id: 'access', header: 'Access', value: ({ readOnly }) => (readOnly ? 'read only' : 'read and write') },
  {
    id: 'watched',
    header: 'Reloads on change',
    value: ({ isWatched }) => (isWatched === true ? 'yes' : 'no'),
  },
  { id: 'container', header: 'Container', value: ({ container }) => container },
];
