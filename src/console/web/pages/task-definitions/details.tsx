import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from 'react-router';
import { taskDefinitionAddress } from '../../shared/addresses.ts';
import { CodeToCopy } from '../../shared/code/code-to-copy.tsx';
import { Copyable } from '../../shared/copyable.tsx';
import { PageTabs } from '../../shared/page-tabs.tsx';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { Answered } from '../../shared/states.tsx';
import { Status } from '../../shared/status.tsx';
import { TagsTable } from '../../shared/tags.tsx';
import type { Registration } from './draft.ts';
import { ContainersTable, VolumesTable } from './parts-tables.tsx';
import { registrationOf, usePreview, useTaskDefinition, type TaskDefinition } from './queries.ts';
import { useRemoval } from './remove.tsx';
import { registerAddress } from './register-address.ts';

export function Component() {
  const { family = '', revision = '' } = useParams();
  const navigate = useNavigate();
  const name = `${family}:${revision}`;
  const query = useTaskDefinition(name);
  const removal = useRemoval((done) => {
    if (done === 'Delete') void navigate(taskDefinitionAddress(family));
  });
  const status = query.data?.definition.status;
  return (
    <Page
      title={name}
      crumbs={[
        { text: 'Task definitions', to: '/task-definitions' },
        { text: family, to: taskDefinitionAddress(family) },
      ]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {status === 'ACTIVE' && (
            <Button
              onClick={() => {
                removal.ask('Deregister', [{ name, status }]);
              }}
            >
              Deregister
            </Button>
          )}
          {status === 'INACTIVE' && (
            <Button
              onClick={() => {
                removal.ask('Delete', [{ name, status }]);
              }}
            >
              Delete
            </Button>
          )}
          <Button variant="primary" onClick={() => void navigate(registerAddress(name))}>
            New revision
          </Button>
        </SpaceBetween>
      }
    >
      <Answered query={query}>
        {({ definition, tags }) => {
          const registration = registrationOf(definition, tags);
          return (
            <SpaceBetween size="l">
              <Overview definition={definition} />
              <PageTabs
                label={name}
                tabs={[
                  {
                    id: 'containers',
                    label: 'Containers',
                    content: () => <ContainersTable containers={definition.containerDefinitions ?? []} />,
                  },
                  {
                    id: 'volumes',
                    label: 'Volumes',
                    content: () => <VolumesTable definition={definition} />,
                  },
                  {
                    id: 'json',
                    label: 'JSON',
                    content: () => (
                      <CodeToCopy
                        label="Task definition"
                        language="json"
                        text={JSON.stringify(registration, undefined, 2)}
                      />
                    ),
                  },
                  {
                    id: 'compose',
                    label: 'Compose file',
                    content: () => <ComposePreview registration={registration} />,
                  },
                  { id: 'tags', label: 'Tags', content: () => <TagsTable tags={tags} /> },
                ]}
              />
            </SpaceBetween>
          );
        }}
      </Answered>
      {removal.dialog}
    </Page>
  );
}

function Overview({ definition }: { readonly definition: TaskDefinition }) {
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'ARN', value: <Copyable text={definition.taskDefinitionArn ?? ''} /> },
          { label: 'Status', value: <Status status={definition.status} /> },
          { label: 'Network mode', value: definition.networkMode ?? '–' },
          { label: 'Compatibilities', value: definition.compatibilities?.join(', ') ?? '–' },
          { label: 'CPU', value: definition.cpu ?? '–' },
          { label: 'Memory', value: definition.memory ?? '–' },
          { label: 'Task role', value: definition.taskRoleArn ?? '–' },
          { label: 'Execution role', value: definition.executionRoleArn ?? '–' },
          { label: 'Registered', value: <RelativeTime at={definition.registeredAt} /> },
          { label: 'Registered by', value: definition.registeredBy ?? '–' },
        ]}
      />
    </Container>
  );
}

function ComposePreview({ registration }: { readonly registration: Registration }) {
  return (
    <Answered query={usePreview(registration)}>
      {({ compose }) => <CodeToCopy label="Compose file" language="yaml" text={compose} />}
    </Answered>
  );
}
