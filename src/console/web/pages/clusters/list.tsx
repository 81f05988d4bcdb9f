import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../../aws/queries.ts';
import { statusColumn } from '../../shared/columns.tsx';
import { clusterAddress } from '../../shared/addresses.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Page } from '../../shared/page.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { useClusters, type Cluster } from './queries.ts';

export function Component() {
  const navigate = useNavigate();
  const clusters = useClusters();
  const [selected, setSelected] = useState<readonly Cluster[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const remove = useAction('ecs', 'DeleteCluster', ({ cluster }) => `The cluster ${cluster} was deleted.`);

  const deleteSelected = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(
      selected.map(({ clusterName }) => remove.mutateAsync({ cluster: clusterName })),
    );
    // What could not be deleted stays selected; why is shown above.
    setSelected(selected.filter((_, at) => outcomes[at]?.status === 'rejected'));
    setDeleting(false);
  };
  return (
    <Page title="Clusters">
      <ResourceTable
        name="cluster"
        query={clusters}
        columns={COLUMNS}
        idOf={({ clusterArn }) => clusterArn ?? ''}
        selected={selected}
        onSelect={setSelected}
        empty="A cluster holds services and tasks. Tasks that name no cluster run in the one named default."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ButtonDropdown
              disabled={selected.length === 0}
              items={[{ id: 'delete', text: 'Remove selected' }]}
              onItemClick={() => {
                setDeleting(true);
              }}
            >
              Actions
            </ButtonDropdown>
            <Button variant="primary" onClick={() => void navigate('/clusters/create')}>
              Create cluster
            </Button>
          </SpaceBetween>
        }
      />
      {isDeleting && (
        <ConfirmDelete
          what={selected.map(({ clusterName }) => clusterName ?? '')}
          kind="cluster"
          isBusy={remove.isPending}
          onConfirm={() => void deleteSelected()}
          onCancel={() => {
            setDeleting(false);
          }}
        />
      )}
    </Page>
  );
}

const COLUMNS: readonly Column<Cluster>[] = [
  {
    id: 'name',
    header: 'Cluster',
    cell: ({ clusterName = '' }) => <RouterLink to={clusterAddress(clusterName)}>{clusterName}</RouterLink>,
    value: ({ clusterName }) => clusterName,
    isRowHeader: true,
  },
  statusColumn('status', 'Status', ({ status }) => status),
  { id: 'services', header: 'Services', value: ({ activeServicesCount }) => activeServicesCount },
  {
    id: 'tasks',
    header: 'Tasks',
    cell: ({ runningTasksCount = 0, pendingTasksCount = 0 }) => (
      <>
        {runningTasksCount} running
        {pendingTasksCount > 0 && `, ${pendingTasksCount} pending`}
      </>
    ),
    value: ({ runningTasksCount }) => runningTasksCount,
  },
  {
    id: 'instances',
    header: 'Container instances',
    value: ({ registeredContainerInstancesCount }) => registeredContainerInstancesCount,
  },
  {
    id: 'capacity-providers',
    header: 'Capacity providers',
    cell: ({ capacityProviders = [] }) =>
      capacityProviders.length === 0 ? (
        '–'
      ) : (
        <SpaceBetween direction="horizontal" size="xxs">
          {capacityProviders.map((name) => (
            <Badge key={name}>{name}</Badge>
          ))}
        </SpaceBetween>
      ),
    value: ({ capacityProviders }) => capacityProviders?.join(' '),
  },
];
