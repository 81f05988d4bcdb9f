import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { clusterAddress, nameOf } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { SERVICE_COLUMNS } from '../clusters/work-tables.tsx';
import { DeleteServices } from './delete-services.tsx';
import { useServices, type Service } from './queries.ts';

export function Component() {
  const navigate = useNavigate();
  const [selected, setSelected] = useState<readonly Service[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  return (
    <Page title="Services">
      <ResourceTable
        name="service"
        query={useServices()}
        columns={COLUMNS}
        idOf={idOf}
        selected={selected}
        onSelect={setSelected}
        empty="A service keeps a number of tasks of one definition running."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ButtonDropdown
              disabled={selected.length === 0}
              items={[{ id: 'delete', text: 'Delete selected' }]}
              onItemClick={() => {
                setDeleting(true);
              }}
            >
              Actions
            </ButtonDropdown>
            <Button variant="primary" onClick={() => void navigate('/services/create')}>
              Create service
            </Button>
          </SpaceBetween>
        }
      />
      {isDeleting && (
        <DeleteServices
          services={selected}
          onDone={(refused) => {
            setSelected(refused);
            setDeleting(false);
          }}
          onCancel={() => {
            setDeleting(false);
          }}
        />
      )}
    </Page>
  );
}

const idOf = ({ serviceArn }: Service): string => serviceArn ?? '';

const [NAME, ...OTHERS] = SERVICE_COLUMNS;
const COLUMNS: readonly Column<Service>[] = [
  ...(NAME ? [NAME] : []),
  {
    id: 'cluster',
    header: 'Cluster',
    cell: ({ clusterArn = '' }) => (
      <RouterLink to={clusterAddress(clusterArn)}>{nameOf(clusterArn)}</RouterLink>
    ),
    value: ({ clusterArn }) => nameOf(clusterArn),
  },
  ...OTHERS,
];
