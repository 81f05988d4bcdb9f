import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../../aws/queries.ts';
import { bytes } from '../../shared/bytes.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { addressOfGroup, addressOfLines } from './addresses.ts';
import { useLogGroups, type LogGroup } from './queries.ts';

export function Component() {
  const navigate = useNavigate();
  const groups = useLogGroups();
  const [selected, setSelected] = useState<readonly LogGroup[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const remove = useAction(
    'logs',
    'DeleteLogGroup',
    ({ logGroupName }) => `The log group ${logGroupName} was deleted.`,
  );
  const deleteSelected = async (): Promise<void> => {
    await Promise.allSettled(selected.map(({ logGroupName }) => remove.mutateAsync({ logGroupName })));
    setSelected([]);
    setDeleting(false);
  };
  const [first] = selected;
  return (
    <Page title="Log groups">
      <ResourceTable
        name="log group"
        query={groups}
        columns={COLUMNS}
        idOf={({ logGroupName = '' }) => logGroupName}
        selected={selected}
        onSelect={setSelected}
        empty="Containers with the log driver awslogs write into the group that their definition names."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              disabled={selected.length === 0}
              onClick={() => {
                setDeleting(true);
              }}
            >
              Delete
            </Button>
            <Button
              variant="primary"
              disabled={selected.length !== 1}
              onClick={() => void navigate(addressOfLines(first?.logGroupName ?? ''))}
            >
              Follow
            </Button>
          </SpaceBetween>
        }
      />
      {isDeleting && (
        <ConfirmDelete
          what={selected.map(({ logGroupName = '' }) => logGroupName)}
          kind="log group"
          isBusy={remove.isPending}
          onConfirm={() => void deleteSelected()}
          onCancel={() => {
            setDeleting(false);
          }}
        >
          All of its streams and lines go with it.
        </ConfirmDelete>
      )}
    </Page>
  );
}

const COLUMNS: readonly Column<LogGroup>[] = [
  {
    id: 'name',
    header: 'Log group',
    cell: ({ logGroupName = '' }) => (
      <RouterLink to={addressOfGroup(logGroupName)}>{logGroupName}</RouterLink>
    ),
    value: ({ logGroupName }) => logGroupName,
    isRowHeader: true,
  },
  {
    id: 'retention',
    header: 'Retention',
    cell: ({ retentionInDays }) =>
      retentionInDays === undefined ? 'Never expire' : `${retentionInDays} days`,
    value: ({ retentionInDays }) => retentionInDays,
  },
  {
    id: 'stored',
    header: 'Stored',
    cell: ({ storedBytes = 0 }) => bytes(storedBytes),
    value: ({ storedBytes }) => storedBytes,
  },
  {
    id: 'created',
    header: 'Created',
    cell: ({ creationTime }) => <RelativeTime at={creationTime && creationTime / 1000} />,
    value: ({ creationTime }) => creationTime,
  },
];
