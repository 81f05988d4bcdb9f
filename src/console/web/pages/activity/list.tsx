import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useMemo, useState } from 'react';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { nameOf, summaryOf } from './summary.ts';
import { useEvents, type SeenEvent } from './use-events.ts';

export function Component() {
  const events = useEvents();
  const [opened, setOpened] = useState<SeenEvent>();
  const columns = useMemo(() => columnsOf(setOpened), []);
  return (
    <Page title="Events" description="As EventBridge gets them, and reloads; the newest first.">
      <ResourceTable
        name="event"
        query={{ data: events, error: null, refetch: NEVER }}
        columns={columns}
        idOf={({ sequence }) => String(sequence)}
        sortedBy="sequence"
        descending
        wrapLines
        empty="Tasks and services tell here what happens to them."
      />
      {opened && (
        <Modal
          visible
          size="large"
          header={opened['detail-type']}
          onDismiss={() => {
            setOpened(undefined);
          }}
        >
          <Box variant="pre">{JSON.stringify(withoutSequence(opened), undefined, 2)}</Box>
        </Modal>
      )}
    </Page>
  );
}

/** The events come by themselves. */
const NEVER = () => Promise.reject(new Error('Events are not asked for.'));

const withoutSequence = ({ sequence: _, ...event }: SeenEvent): object => event;

const columnsOf = (open: (event: SeenEvent) => void): readonly Column<SeenEvent>[] => [
  {
    id: 'sequence',
    header: 'Time',
    cell: ({ time }) => <RelativeTime at={Date.parse(time) / 1000} />,
    value: ({ sequence }) => sequence,
    width: 110,
  },
  {
    id: 'type',
    header: 'Event',
    cell: (event) => (
      <Button
        variant="inline-link"
        ariaLabel={`${event['detail-type']}, ${event.sequence}`}
        onClick={() => {
          open(event);
        }}
      >
        {event['detail-type']}
      </Button>
    ),
    value: (event) => event['detail-type'],
    isRowHeader: true,
    width: 190,
  },
  { id: 'what', header: 'What happened', value: summaryOf, width: 300 },
  {
    id: 'resource',
    header: 'Resource',
    value: ({ resources }) => resources.map(nameOf).join(', '),
  },
];
