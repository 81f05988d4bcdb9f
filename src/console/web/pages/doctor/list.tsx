import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { Finding, SidecarInfo } from '../../../../model/console-ports.ts';
import { useAws } from '../../aws/queries.ts';
import { Copyable } from '../../shared/copyable.tsx';
import { Page } from '../../shared/page.tsx';
import { Answered } from '../../shared/states.tsx';

export function Component() {
  const findings = useAws(
    [],
    ['doctor'],
    async (aws) => (await aws.sidecar('doctor')) as { readonly findings: readonly Finding[] },
  );
  const info = useAws([], ['info'], async (aws) => (await aws.sidecar('info')) as SidecarInfo);
  return (
    <Page
      title="Doctor"
      description="What ecsidecar doctor finds on this machine, and what is to be done."
      actions={
        <Button iconName="refresh" loading={findings.isFetching} onClick={() => void findings.refetch()}>
          Look again
        </Button>
      }
    >
      <SpaceBetween size="l">
        <Answered query={findings}>
          {(answer) => (
            <Table
              items={[...answer.findings]}
              columnDefinitions={COLUMNS}
              trackBy="what"
              ariaLabels={{ tableLabel: 'Findings' }}
              header={<Header variant="h2">Findings</Header>}
              wrapLines
            />
          )}
        </Answered>
        <Answered query={info}>{(answer) => <Info info={answer} />}</Answered>
      </SpaceBetween>
    </Page>
  );
}

const COLUMNS = [
  {
    id: 'what',
    header: 'What',
    cell: ({ what }: Finding) => what,
    isRowHeader: true,
    width: 160,
    minWidth: 130,
  },
  {
    id: 'ok',
    header: 'Status',
    cell: ({ ok }: Finding) => (
      <StatusIndicator type={ok ? 'success' : 'error'}>{ok ? 'Fine' : 'To mend'}</StatusIndicator>
    ),
    width: 120,
    minWidth: 110,
  },
  { id: 'text', header: 'Found', cell: ({ text }: Finding) => text, minWidth: 220 },
];

function Info({ info }: { readonly info: SidecarInfo }) {
  return (
    <Container header={<Header variant="h2">This sidecar</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Version', value: info.version },
          { label: 'Endpoint', value: <Copyable text={info.endpoint} what="endpoint" /> },
          { label: 'Data folder', value: <Copyable text={info.dataDir} what="data folder" /> },
          { label: 'Upstream', value: info.upstreamUrl ?? 'None' },
          {
            label: 'Accounts and regions in use',
            value: info.scopes.map(({ account, region }) => `${account} ${region}`).join(', '),
          },
          { label: 'Options that are set', value: info.options.join(', ') || 'None' },
        ]}
      />
    </Container>
  );
}
