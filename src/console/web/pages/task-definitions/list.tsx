import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { taskDefinitionAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import { useRevisions, type Revision } from './queries.ts';
import { useRemoval } from './remove.tsx';
import { registerAddress } from './register-address.ts';

type Family = {
  readonly family: string;
  readonly revisions: readonly Revision[];
  readonly latest: Revision | undefined;
  readonly active: number;
  readonly inactive: number;
};

export function Component() {
  const navigate = useNavigate();
  const revisions = useRevisions();
  const families = useMemo(() => revisions.data && familiesOf(revisions.data), [revisions.data]);
  const [selected, setSelected] = useState<readonly Family[]>([]);
  const removal = useRemoval(() => {
    setSelected([]);
  });
  return (
    <Page title="Task definitions">
      <ResourceTable
        name="family"
        query={{ ...revisions, data: families }}
        columns={COLUMNS}
        idOf={({ family }) => family}
        selected={selected}
        onSelect={setSelected}
        empty="A task definition says which containers a task has. Register one here, with the AWS CLI or any SDK."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ButtonDropdown
              disabled={selected.length === 0}
              items={[{ id: 'remove', text: 'Remove selected' }]}
              onItemClick={() => {
                removal.ask(
                  'Remove',
                  selected.flatMap(({ revisions: all }) => all),
                );
              }}
            >
              Actions
            </ButtonDropdown>
            <Button variant="primary" onClick={() => void navigate(registerAddress())}>
              Register task definition
            </Button>
          </SpaceBetween>
        }
      />
      {removal.dialog}
    </Page>
  );
}

function familiesOf(revisions: readonly Revision[]): Family[] {
  return [...Map.groupBy(revisions, ({ family }) => family)].map(([family, of]) => {
    const active = of.filter(({ status }) => status === 'ACTIVE');
    return {
      ...{ family, revisions: of, latest: active[0] },
      ...{ active: active.length, inactive: of.length - active.length },
    };
  });
}

const COLUMNS: readonly Column<Family>[] = [
  {
    id: 'family',
    header: 'Family',
    cell: ({ family }) => <RouterLink to={taskDefinitionAddress(family)}>{family}</RouterLink>,
    value: ({ family }) => family,
    isRowHeader: true,
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ latest }) => <Status status={latest ? 'ACTIVE' : 'INACTIVE'} />,
    value: ({ latest }) => (latest ? 'ACTIVE' : 'INACTIVE'),
  },
  {
    id: 'latest',
    header: 'Latest active revision',
    cell: ({ latest }) =>
      latest ? <RouterLink to={taskDefinitionAddress(latest.name)}>{latest.name}</RouterLink> : '–',
    value: ({ latest }) => latest?.revision,
  },
  { id: 'active', header: 'Active revisions', value: ({ active }) => active },
  { id: 'inactive', header: 'Inactive revisions', value: ({ inactive }) => inactive },
];
