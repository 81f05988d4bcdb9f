import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { statusColumn } from '../../shared/columns.tsx';
import { taskDefinitionAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { useRevisions, type Revision } from './queries.ts';
import { useRemoval } from './remove.tsx';
import { registerAddress } from './register-address.ts';

export function Component() {
  const { family = '' } = useParams();
  const navigate = useNavigate();
  const all = useRevisions(family);
  // AWS lists by what names begin with.
  const revisions = useMemo(
    () => all.data?.filter((revision) => revision.family === family),
    [all.data, family],
  );
  const [selected, setSelected] = useState<readonly Revision[]>([]);
  const removal = useRemoval(() => {
    setSelected([]);
  });
  const areAll = (status: Revision['status']): boolean =>
    selected.length > 0 && selected.every((revision) => revision.status === status);
  return (
    <Page title={family} crumbs={[{ text: 'Task definitions', to: '/task-definitions' }]}>
      <ResourceTable
        name="revision"
        query={{ ...all, data: revisions }}
        columns={COLUMNS}
        idOf={({ name }) => name}
        sortedBy="name"
        descending
        selected={selected}
        onSelect={setSelected}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={!areAll('ACTIVE')}
              onClick={() => {
                removal.ask('Deregister', selected);
              }}
            >
              Deregister
            </Button>
            <Button
              disabled={!areAll('INACTIVE')}
              disabledReason="Only what was deregistered can be deleted."
              onClick={() => {
                removal.ask('Delete', selected);
              }}
            >
              Delete
            </Button>
            <Button
              variant="primary"
              disabled={selected.length > 1}
              onClick={() => void navigate(registerAddress((selected[0] ?? revisions?.[0])?.name))}
            >
              New revision
            </Button>
          </SpaceBetween>
        }
      />
      {removal.dialog}
    </Page>
  );
}

const COLUMNS: readonly Column<Revision>[] = [
  {
    id: 'name',
    header: 'Revision',
    cell: ({ name }) => <RouterLink to={taskDefinitionAddress(name)}>{name}</RouterLink>,
    value: ({ name }) => name,
    isRowHeader: true,
  },
  statusColumn('status', 'Status', ({ status }) => status),
];
