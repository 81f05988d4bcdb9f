import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { addressOfLines } from './addresses.ts';
import { useLogStreams, type LogStream } from './queries.ts';

export function Component() {
  const { group = '' } = useParams();
  const navigate = useNavigate();
  const streams = useLogStreams(group);
  const [selected, setSelected] = useState<readonly LogStream[]>([]);
  return (
    <Page title={group} crumbs={[{ text: 'Log groups', to: '/logs' }]}>
      <ResourceTable
        name="log stream"
        query={streams}
        columns={columnsOf(group)}
        idOf={({ logStreamName = '' }) => logStreamName}
        selected={selected}
        onSelect={setSelected}
        sortedBy="last"
        descending
        empty="A container has a stream of its own: <prefix>/<container>/<task id>."
        actions={
          <Button
            variant="primary"
            onClick={() =>
              void navigate(
                addressOfLines(
                  group,
                  selected.map(({ logStreamName = '' }) => logStreamName),
                ),
              )
            }
          >
            {selected.length === 0 ? 'Follow all' : 'Follow selected'}
          </Button>
        }
      />
    </Page>
  );
}

const columnsOf = (group: string): readonly Column<LogStream>[] => [
  {
    id: 'name',
    header: 'Log stream',
    cell: ({ logStreamName = '' }) => (
      <RouterLink to={addressOfLines(group, [logStreamName])}>{logStreamName}</RouterLink>
    ),
    value: ({ logStreamName }) => logStreamName,
    isRowHeader: true,
  },
  {
    id: 'last',
    header: 'Last event',
    cell: ({ lastEventTimestamp }) => <RelativeTime at={lastEventTimestamp && lastEventTimestamp / 1000} />,
    value: ({ lastEventTimestamp }) => lastEventTimestamp,
  },
  {
    id: 'first',
    header: 'First event',
    cell: ({ firstEventTimestamp }) => (
      <RelativeTime at={firstEventTimestamp && firstEventTimestamp / 1000} />
    ),
    value: ({ firstEventTimestamp }) => firstEventTimestamp,
  },
];
