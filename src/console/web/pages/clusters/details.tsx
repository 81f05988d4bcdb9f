import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useAction } from '../../aws/queries.ts';
import { clusterAddress } from '../../shared/addresses.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { Copyable } from '../../shared/copyable.tsx';
import { PageTabs } from '../../shared/page-tabs.tsx';
import { Page } from '../../shared/page.tsx';
import { counted } from '../../shared/plural.ts';
import { Answered } from '../../shared/states.tsx';
import { Status } from '../../shared/status.tsx';
import { TagsTable } from '../../shared/tags.tsx';
import { InstancesTable } from './instances-table.tsx';
import { ProvidersTable } from './providers-table.tsx';
import { settingOf, useCluster, type Cluster } from './queries.ts';
import { ServicesTable, TasksTable } from './work-tables.tsx';

export function Component() {
  const { cluster: name = '' } = useParams();
  const navigate = useNavigate();
  const query = useCluster(name);
  const [isDeleting, setDeleting] = useState(false);
  const remove = useAction('ecs', 'DeleteCluster', () => `The cluster ${name} was deleted.`);
  return (
    <Page
      title={name}
      crumbs={[{ text: 'Clusters', to: '/clusters' }]}
      actions={
        query.data?.status === 'ACTIVE' && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button
              onClick={() => {
                setDeleting(true);
              }}
            >
              Delete cluster
            </Button>
            <Button variant="primary" onClick={() => void navigate(`${clusterAddress(name)}/edit`)}>
              Edit cluster
            </Button>
          </SpaceBetween>
        )
      }
    >
      <Answered query={query}>
        {(cluster) => (
          <SpaceBetween size="l">
            <Overview cluster={cluster} />
            <PageTabs
              label={name}
              tabs={[
                { id: 'services', label: 'Services', content: () => <ServicesTable cluster={name} /> },
                { id: 'tasks', label: 'Tasks', content: () => <TasksTable cluster={name} /> },
                {
                  id: 'instances',
                  label: 'Container instances',
                  content: () => <InstancesTable cluster={name} />,
                },
                {
                  id: 'capacity-providers',
                  label: 'Capacity providers',
                  content: () => <ProvidersTable cluster={cluster} />,
                },
                { id: 'settings', label: 'Settings', content: () => <Settings cluster={cluster} /> },
                { id: 'tags', label: 'Tags', content: () => <TagsTable tags={cluster.tags ?? []} /> },
              ]}
            />
          </SpaceBetween>
        )}
      </Answered>
      {isDeleting && (
        <ConfirmDelete
          what={[name]}
          kind="cluster"
          isBusy={remove.isPending}
          onConfirm={() => {
            remove.mutate(
              { cluster: name },
              {
                onSuccess: () => void navigate('/clusters'),
                // Why not is shown above the page.
                onError: () => {
                  setDeleting(false);
                },
              },
            );
          }}
          onCancel={() => {
            setDeleting(false);
          }}
        />
      )}
    </Page>
  );
}

function Overview({ cluster }: { readonly cluster: Cluster }) {
  const { runningTasksCount = 0, pendingTasksCount = 0 } = cluster;
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'ARN', value: <Copyable text={cluster.clusterArn ?? ''} /> },
          { label: 'Status', value: <Status status={cluster.status} /> },
          { label: 'Services', value: `${cluster.activeServicesCount ?? 0} active` },
          { label: 'Tasks', value: `${runningTasksCount} running, ${pendingTasksCount} pending` },
          {
            label: 'Container instances',
            value: counted(cluster.registeredContainerInstancesCount ?? 0, 'instance'),
          },
          { label: 'Container Insights', value: settingOf(cluster, 'containerInsights') ?? '–' },
          { label: 'Service Connect namespace', value: cluster.serviceConnectDefaults?.namespace || '–' },
          {
            label: 'Default strategy',
            value:
              cluster.defaultCapacityProviderStrategy
                ?.map(({ capacityProvider = '', weight = 0 }) => `${capacityProvider} (weight ${weight})`)
                .join(', ') || '–',
          },
        ]}
      />
    </Container>
  );
}

function Settings({ cluster }: { readonly cluster: Cluster }) {
  const exec = cluster.configuration?.executeCommandConfiguration;
  return (
    <Container header={<Header variant="h2">Settings</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          ...(cluster.settings ?? []).map(({ name = '', value = '' }) => ({ label: name, value })),
          { label: 'ECS Exec logging', value: exec?.logging ?? '–' },
          { label: 'ECS Exec log group', value: exec?.logConfiguration?.cloudWatchLogGroupName ?? '–' },
        ]}
      />
    </Container>
  );
}
