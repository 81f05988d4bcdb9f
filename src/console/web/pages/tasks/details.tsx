import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router';
import { clusterAddress, nameOf, serviceAddress } from '../../shared/addresses.ts';
import { Copyable } from '../../shared/copyable.tsx';
import { DefinitionLink } from '../../shared/definition-link.tsx';
import { PageTabs } from '../../shared/page-tabs.tsx';
import { Page } from '../../shared/page.tsx';
import { RelativeTime } from '../../shared/relative-time.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Answered } from '../../shared/states.tsx';
import { Status } from '../../shared/status.tsx';
import { TagsTable } from '../../shared/tags.tsx';
import { ComposeTab } from './compose-tab.tsx';
import { ContainersTab } from './containers-tab.tsx';
import { DebugTab } from './debug-tab.tsx';
import { EnvironmentTab, MountsTab } from './environment-tab.tsx';
import { ReloadsTab, TimeLineTab } from './history-tabs.tsx';
import { useDetails, useTask, type Task, type TaskDetails } from './queries.ts';
import { StopTasks } from './stop-tasks.tsx';
import { UsageTab } from './usage-tab.tsx';

export function Component() {
  const { cluster = '', id = '' } = useParams();
  const query = useTask(cluster, id);
  const [isStopping, setStopping] = useState(false);
  return (
    <Page
      title={id}
      crumbs={[{ text: 'Tasks', to: '/tasks' }]}
      actions={
        query.data?.desiredStatus === 'RUNNING' && (
          <Button
            onClick={() => {
              setStopping(true);
            }}
          >
            Stop
          </Button>
        )
      }
    >
      <Answered query={query}>{(task) => <TaskPage task={task} />}</Answered>
      {isStopping && query.data && (
        <StopTasks
          tasks={[query.data]}
          onDone={() => {
            setStopping(false);
          }}
        />
      )}
    </Page>
  );
}

function TaskPage({ task }: { readonly task: Task }) {
  const details = useDetails(task.taskArn ?? '');
  return (
    <SpaceBetween size="l">
      <StopReason task={task} />
      <Overview task={task} pendingFor={details.data?.pendingFor} />
      <Answered query={details}>{(known) => <TaskTabs task={task} details={known} />}</Answered>
    </SpaceBetween>
  );
}

function TaskTabs({ task, details }: { readonly task: Task; readonly details: TaskDetails }) {
  const arn = task.taskArn ?? '';
  return (
    <PageTabs
      label="Task"
      tabs={[
        { id: 'containers', label: 'Containers', content: () => <ContainersTab details={details} /> },
        { id: 'environment', label: 'Environment', content: () => <EnvironmentTab details={details} /> },
        { id: 'mounts', label: 'Mounts', content: () => <MountsTab details={details} /> },
        { id: 'compose', label: 'Compose file', content: () => <ComposeTab arn={arn} /> },
        { id: 'time-line', label: 'Time line', content: () => <TimeLineTab details={details} /> },
        { id: 'reloads', label: 'Reloads', content: () => <ReloadsTab details={details} /> },
        { id: 'debug', label: 'Debugging', content: () => <DebugTab details={details} /> },
        {
          id: 'usage',
          label: 'CPU and memory',
          content: () => <UsageTab arn={arn} isStopped={task.lastStatus === 'STOPPED'} />,
        },
        { id: 'tags', label: 'Tags', content: () => <TagsTable tags={task.tags ?? []} /> },
      ]}
    />
  );
}

/** Why it stopped, or is to stop, with the reasons of its containers: what one looks for first. */
function StopReason({ task }: { readonly task: Task }) {
  if (task.stoppedReason === undefined && task.stopCode === undefined) return null;
  const reasons = (task.containers ?? []).filter(
    ({ reason, exitCode }) => reason !== undefined || (exitCode !== undefined && exitCode !== 0),
  );
  const isWanted = task.stopCode === 'UserInitiated' || task.stopCode === 'ServiceSchedulerInitiated';
  return (
    <Alert type={isWanted ? 'info' : 'error'} header={`Stopped: ${task.stopCode ?? ''}`}>
      <div>{task.stoppedReason}</div>
      {reasons.length > 0 && (
        <ul>
          {reasons.map(({ name, reason, exitCode }) => (
            <li key={name}>
              {name}:{' '}
              {[exitCode === undefined ? [] : `exit code ${exitCode}`, reason ?? []].flat().join(', ')}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

function Overview({ task, pendingFor }: { readonly task: Task; readonly pendingFor: string | undefined }) {
  const { clusterArn = '', taskDefinitionArn, group = '' } = task;
  const service = group.startsWith('service:') ? group.slice('service:'.length) : undefined;
  const attachment = task.attachments?.find(({ type }) => type === 'ElasticNetworkInterface');
  const address = attachment?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'ARN', value: <Copyable text={task.taskArn ?? ''} /> },
          { label: 'Status', value: <Status status={task.lastStatus} /> },
          { label: 'Desired status', value: <Status status={task.desiredStatus} /> },
          { label: 'Waits for', value: pendingFor ?? '–' },
          {
            label: 'Task definition',
            value: <DefinitionLink arn={taskDefinitionArn} />,
          },
          {
            label: 'Cluster',
            value: <RouterLink to={clusterAddress(clusterArn)}>{nameOf(clusterArn)}</RouterLink>,
          },
          {
            label: 'Group',
            value:
              service === undefined ? (
                group || '–'
              ) : (
                <RouterLink to={serviceAddress(`service/${nameOf(clusterArn)}/${service}`)}>
                  {service}
                </RouterLink>
              ),
          },
          { label: 'Launch type', value: task.launchType ?? task.capacityProviderName ?? '–' },
          { label: 'CPU', value: task.cpu ?? '–' },
          { label: 'Memory', value: task.memory ?? '–' },
          { label: 'Private address', value: address ?? '–' },
          { label: 'Created', value: <RelativeTime at={task.createdAt} /> },
        ]}
      />
    </Container>
  );
}
