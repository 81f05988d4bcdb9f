import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'react-router';
import { clusterAddress, nameOf } from '../../shared/addresses.ts';
import { Copyable } from '../../shared/copyable.tsx';
import { DefinitionLink } from '../../shared/definition-link.tsx';
import { PageTabs } from '../../shared/page-tabs.tsx';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Answered } from '../../shared/states.tsx';
import { Status } from '../../shared/status.tsx';
import { TagsTable } from '../../shared/tags.tsx';
import { TasksTable } from '../clusters/work-tables.tsx';
import { Actions } from './actions.tsx';
import { Configuration } from './configuration.tsx';
import { Deployments } from './deployments.tsx';
import { EventsTable } from './events-table.tsx';
import { useService, type Service } from './queries.ts';

export function Component() {
  const { cluster = '', service: name = '' } = useParams();
  const query = useService(cluster, name);
  return (
    <Page
      title={name}
      crumbs={[
        { text: 'Services', to: '/services' },
        { text: cluster, to: clusterAddress(cluster) },
      ]}
      actions={query.data?.status === 'ACTIVE' && <Actions service={query.data} />}
    >
      <Answered query={query}>
        {(service) => (
          <SpaceBetween size="l">
            <Overview service={service} />
            <PageTabs
              label={name}
              tabs={[
                {
                  id: 'deployments',
                  label: 'Deployments',
                  content: () => <Deployments service={service} />,
                },
                { id: 'events', label: 'Events', content: () => <EventsTable service={service} /> },
                {
                  id: 'tasks',
                  label: 'Tasks',
                  content: () => <TasksTable cluster={cluster} service={name} />,
                },
                {
                  id: 'configuration',
                  label: 'Configuration',
                  content: () => <Configuration service={service} />,
                },
                { id: 'tags', label: 'Tags', content: () => <TagsTable tags={service.tags ?? []} /> },
              ]}
            />
          </SpaceBetween>
        )}
      </Answered>
    </Page>
  );
}

function Overview({ service }: { readonly service: Service }) {
  const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = service;
  const primary = service.deployments?.[0];
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'ARN', value: <Copyable text={service.serviceArn ?? ''} /> },
          { label: 'Status', value: <Status status={service.status} /> },
          {
            label: 'Tasks',
            value: `${runningCount} running, ${pendingCount} pending, ${desiredCount} desired`,
          },
          { label: 'Rollout', value: <Status status={primary?.rolloutState} /> },
          {
            label: 'Cluster',
            value: (
              <RouterLink to={clusterAddress(service.clusterArn ?? '')}>
                {nameOf(service.clusterArn)}
              </RouterLink>
            ),
          },
          { label: 'Task definition', value: <DefinitionLink arn={service.taskDefinition} /> },
          { label: 'Launch type', value: service.launchType ?? '–' },
          { label: 'Created', value: <RelativeTime at={service.createdAt} /> },
        ]}
      />
    </Container>
  );
}
