import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { aws, awsJson, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { anotherSecond, cloudFormation, eventsOf, serviceTemplate, untilSettled } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-templates-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

const containers = async (): Promise<
  readonly { Labels: Record<string, string>; State: string; Command: string }[]
> => sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label, 'My.Label=kept'] } });

t.test('the AWS CLI creates a stack from YAML, its task runs, and delete-stack leaves nothing', async (t) => {
  const file = join(folder, 'stack.yaml');
  await writeFile(
    file,
    `Parameters:
  Seconds: { Type: Number, Default: 1000 }
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Sub "\${AWS::StackName}-family"
      ContainerDefinitions:
        - { Name: app, Image: busybox:latest, Memory: "32", StopTimeout: 2, Command: [sleep, !Ref Seconds], DockerLabels: { My.Label: kept } }
  Service:
    Type: AWS::ECS::Service
    Properties: { Cluster: !Ref Cluster, TaskDefinition: !Ref Task, DesiredCount: 1 }
Outputs:
  Service: { Value: !GetAtt Service.Name }
`,
  );
  await aws(
    sidecar,
    'cloudformation',
    'create-stack',
    '--stack-name',
    'yaml',
    '--template-body',
    `file://${file}`,
  );
  const stack = await untilSettled(client, 'yaml');
  t.equal(stack.StackStatus, 'CREATE_COMPLETE');
  const [container, ...others] = await containers();
  t.equal(others.length, 0);
  t.match(container, { State: 'running', Command: 'sleep 1000' });
  t.equal(container?.Labels['com.amazonaws.ecs.task-definition-family'], 'yaml-family');
  const { services } = await awsJson<{ services: { runningCount: number }[] }>(
    sidecar,
    ...['ecs', 'describe-services', '--cluster', container?.Labels['com.amazonaws.ecs.cluster'] ?? ''],
    ...['--services', stack.Outputs?.[0]?.OutputValue ?? ''],
  );
  t.equal(services[0]?.runningCount, 1);
  const events = await eventsOf(client, 'yaml');
  // The cluster and the definition are made at the same time.
  const made = (id: string): string[] => [
    `${id}: CREATE_IN_PROGRESS`,
    `${id}: CREATE_IN_PROGRESS (Resource creation Initiated)`,
    `${id}: CREATE_COMPLETE`,
  ];
  const of = (id: string): string[] => events.slice(1, 7).filter((event) => event.startsWith(`${id}:`));
  t.equal(events[0], 'yaml: CREATE_IN_PROGRESS (User Initiated)');
  t.strictSame([of('Cluster'), of('Task')], [made('Cluster'), made('Task')]);
  t.strictSame(events.slice(7), [...made('Service'), 'yaml: CREATE_COMPLETE']);

  await aws(sidecar, 'cloudformation', 'delete-stack', '--stack-name', 'yaml');
  const deleted = await untilSettled(client, stack.StackId ?? '');
  t.equal(deleted.StackStatus, 'DELETE_COMPLETE');
  t.strictSame(await containers(), []);
  await t.rejects(untilSettled(client, 'yaml'), {
    name: 'ValidationError',
    message: 'Stack with id yaml does not exist',
  });
});

t.test('aws cloudformation deploy creates, says that there is nothing to do, and updates', async (t) => {
  const file = join(folder, 'deploy.json');
  const deploy = async (): Promise<string> => {
    await anotherSecond();
    return aws(sidecar, 'cloudformation', 'deploy', '--stack-name', 'deploy', '--template-file', file);
  };
  // Outputs are texts, whatever the template has.
  const outputs = { Port: { Value: 80 } };
  await writeFile(file, serviceTemplate(['sleep', '1001'], { desiredCount: 0, outputs }));
  t.match(await deploy(), 'Successfully created/updated stack - deploy');
  t.match(await deploy(), 'No changes to deploy. Stack deploy is up to date');
  await client.send(new DeleteStackCommand({ StackName: 'deploy' }));
});

t.test('an update replaces the task definition and rolls the service; the old revision goes', async (t) => {
  const StackName = 'update';
  await client.send(new CreateStackCommand({ StackName, TemplateBody: serviceTemplate(['sleep', '1002']) }));
  await untilSettled(client, StackName);
  await t.rejects(
    client.send(new UpdateStackCommand({ StackName, TemplateBody: serviceTemplate(['sleep', '1002']) })),
    { name: 'ValidationError', message: 'No updates are to be performed.' },
  );
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: serviceTemplate(['sleep', '1003']) }));
  const updated = await untilSettled(client, StackName);
  t.equal(updated.StackStatus, 'UPDATE_COMPLETE');
  t.strictSame(
    (await containers()).filter(({ State }) => State === 'running').map(({ Command }) => Command),
    ['sleep 1003'],
  );
  const events = await eventsOf(client, StackName);
  t.strictSame(events.slice(events.indexOf(`${StackName}: UPDATE_IN_PROGRESS (User Initiated)`)), [
    'update: UPDATE_IN_PROGRESS (User Initiated)',
    'Task: UPDATE_IN_PROGRESS (Requested update requires the creation of a new physical resource; hence creating one.)',
    'Task: UPDATE_IN_PROGRESS (Resource creation Initiated)',
    'Task: UPDATE_COMPLETE',
    'Service: UPDATE_IN_PROGRESS',
    'Service: UPDATE_COMPLETE',
    'update: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Task: DELETE_IN_PROGRESS',
    'Task: DELETE_COMPLETE',
    'update: UPDATE_COMPLETE',
  ]);
  await client.send(new DeleteStackCommand({ StackName }));
  await untilSettled(client, updated.StackId ?? '');
});

const BREAKER = {
  DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
};

t.test('a service that cannot start trips its breaker: the stack says so and rolls back', async (t) => {
  const StackName = 'broken';
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: serviceTemplate(['sh', '-c', 'exit 3'], { service: BREAKER }),
    }),
  );
  const stack = await untilSettled(client, StackName);
  t.equal(stack.StackStatus, 'ROLLBACK_COMPLETE');
  const events = await eventsOf(client, StackName);
  const failure = events.find((event) => event.startsWith('Service: CREATE_FAILED'));
  t.match(
    failure,
    `Resource handler returned message: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'." (RequestToken: `,
  );
  t.ok(
    events.includes(
      'broken: ROLLBACK_IN_PROGRESS (The following resource(s) failed to create: [Service]. Rollback requested by user.)',
    ),
  );
  t.strictSame(await containers(), []);
  await client.send(new DeleteStackCommand({ StackName }));
  t.equal((await untilSettled(client, stack.StackId ?? '')).StackStatus, 'DELETE_COMPLETE');
});

t.test('an update that cannot start goes back to what ran before', async (t) => {
  const StackName = 'back';
  const template = (command: readonly string[]): string => serviceTemplate(command, { service: BREAKER });
  await client.send(new CreateStackCommand({ StackName, TemplateBody: template(['sleep', '1004']) }));
  await untilSettled(client, StackName);
  const { StackResources: before = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: template(['sh', '-c', 'exit 3']) }));
  const stack = await untilSettled(client, StackName);
  t.equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const { StackResources: after = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  const ids = (list: typeof before): (string | undefined)[] =>
    list.map(({ PhysicalResourceId }) => PhysicalResourceId).sort();
  t.strictSame(ids(after), ids(before));
  t.strictSame(
    (await containers()).filter(({ State }) => State === 'running').map(({ Command }) => Command),
    ['sleep 1004'],
  );
  await client.send(new DeleteStackCommand({ StackName }));
  await untilSettled(client, stack.StackId ?? '');
});

t.test('boto3 creates, waits, describes and deletes', async (t) => {
  const printed = await python(
    sidecar,
    `
import boto3, os, json
cfn = boto3.client('cloudformation', endpoint_url=os.environ['ENDPOINT'])
cfn.create_stack(StackName='boto', TemplateBody=json.dumps({'Resources': {'Cluster': {'Type': 'AWS::ECS::Cluster', 'Properties': {'ClusterName': 'boto-cluster'}}}}), Tags=[{'Key': 'a', 'Value': 'b c'}])
cfn.get_waiter('stack_create_complete').wait(StackName='boto', WaiterConfig={'Delay': 1})
stack = cfn.describe_stacks(StackName='boto')['Stacks'][0]
print(stack['Tags'], [r['PhysicalResourceId'] for r in cfn.list_stack_resources(StackName='boto')['StackResourceSummaries']])
cfn.delete_stack(StackName='boto')
cfn.get_waiter('stack_delete_complete').wait(StackName='boto', WaiterConfig={'Delay': 1})
`,
  );
  t.equal(printed, "[{'Key': 'a', 'Value': 'b c'}] ['boto-cluster']\n");
});

t.test(
  'a death in the middle of a create and of a delete: the next start goes on, and nothing is there twice',
  async (t) => {
    const StackName = 'killed';
    const TemplateBody = serviceTemplate(['sleep', '1005'], { desiredCount: 2 });
    const inProgress = (suffix: string): Promise<string> =>
      until(`the service is ${suffix}`, async () =>
        (await eventsOf(client, StackId ?? '')).find((event) => event.startsWith(`Service: ${suffix}`)),
      );
    const { StackId } = await client.send(new CreateStackCommand({ StackName, TemplateBody }));
    await inProgress('CREATE_IN_PROGRESS');
    await sidecar.kill();
    await sidecar.restart();
    t.equal((await untilSettled(client, StackName)).StackStatus, 'CREATE_COMPLETE');
    const running = async (): Promise<string[]> =>
      (await containers()).filter(({ State }) => State === 'running').map(({ Command }) => Command);
    t.strictSame(await running(), ['sleep 1005', 'sleep 1005']);
    await client.send(new DeleteStackCommand({ StackName }));
    await inProgress('DELETE_IN_PROGRESS');
    await sidecar.kill();
    await sidecar.restart();
    t.equal((await untilSettled(client, StackId ?? '')).StackStatus, 'DELETE_COMPLETE');
    t.strictSame(await containers(), []);
    t.strictSame(await awsJson(sidecar, 'ecs', 'list-clusters'), { clusterArns: [] });
  },
);
