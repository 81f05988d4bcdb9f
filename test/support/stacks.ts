import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { until } from './poll.ts';
import { credentials, IMAGE, type TestSidecar } from './sidecar.ts';

export const cloudFormation = ({ url }: TestSidecar): CloudFormationClient =>
  new CloudFormationClient({ endpoint: url, region: 'us-east-1', credentials });

/** Waits until a stack is in a status that is no longer in progress, and returns it. */
export async function untilSettled(
  client: CloudFormationClient,
  StackName: string,
  timeoutMs = 120_000,
): Promise<Stack> {
  return until(
    `${StackName} has settled`,
    async () => {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
      const [stack] = Stacks ?? [];
      return stack?.StackStatus?.endsWith('IN_PROGRESS') === false ? stack : undefined;
    },
    timeoutMs,
  );
}

/** `logical id: status` of a stack's events with their reasons, oldest first. */
export async function eventsOf(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const events: StackEvent[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName }))
    events.push(...StackEvents);
  return events
    .reverse()
    .map(
      ({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
        `${LogicalResourceId}: ${ResourceStatus}${ResourceStatusReason === undefined ? '' : ` (${ResourceStatusReason})`}`,
    );
}

/** A template of a cluster, a task definition and a service of one busybox container. */
export const serviceTemplate = (
  command: readonly string[],
  {
    desiredCount = 1,
    service = {},
    resources = {},
    outputs = {},
  }: { desiredCount?: number; service?: object; resources?: object; outputs?: object } = {},
): string =>
  JSON.stringify({
    Resources: {
      Cluster: { Type: 'AWS::ECS::Cluster' },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          ContainerDefinitions: [
            {
              Name: 'app',
              Image: IMAGE,
              // As texts, as templates have them.
              Memory: '32',
              Essential: 'true',
              StopTimeout: 2,
              Command: command,
              DockerLabels: { 'My.Label': 'kept' },
            },
          ],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: {
          Cluster: { Ref: 'Cluster' },
          TaskDefinition: { Ref: 'Task' },
          DesiredCount: desiredCount,
          ...service,
        },
      },
      ...resources,
    },
    Outputs: { Service: { Value: { 'Fn::GetAtt': ['Service', 'Name'] } }, ...outputs },
  });

/** The CLI names a change set after the second in which it makes it: two of one second would have the same name. */
export async function anotherSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1000);
  const now = second();
  await until('another second', () => second() !== now);
}
