import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { awsJson } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, serviceTemplate, untilSettled } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});

const commands = async (): Promise<string[]> => {
  const found = await sidecar.docker.listContainers({
    filters: { label: [sidecar.label, 'My.Label=kept'], status: ['running'] },
  });
  return found.map(({ Command }) => Command);
};

t.test(
  "a stack's tags are on what it makes, with CloudFormation's own, and change by themselves",
  async (t) => {
    const StackName = 'tags';
    const template = JSON.stringify({
      Resources: {
        Cluster: { Type: 'AWS::ECS::Cluster', Properties: { Tags: [{ Key: 'own', Value: '1' }] } },
        Group: { Type: 'AWS::Logs::LogGroup' },
        Secret: { Type: 'AWS::SecretsManager::Secret' },
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x' } },
        Role: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
      },
      Outputs: {
        Cluster: { Value: { 'Fn::GetAtt': ['Cluster', 'Arn'] } },
        Group: { Value: { Ref: 'Group' } },
        Secret: { Value: { Ref: 'Secret' } },
        Parameter: { Value: { Ref: 'Parameter' } },
      },
    });
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: template,
        Tags: [
          { Key: 'team', Value: 'a' },
          { Key: 'old', Value: '' },
        ],
      }),
    );
    const { Outputs = [], StackId = '' } = await untilSettled(client, StackName);
    const output = (key: string): string =>
      Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
    type Tags = Record<string, string>;
    const record = (list: readonly { key?: string; Key?: string; value?: string; Value?: string }[]): Tags =>
      Object.fromEntries(
        list.map((tag) => [tag.key ?? tag.Key, tag.value ?? tag.Value]) as [string, string][],
      );
    const ofCluster = async (): Promise<Tags> =>
      record(
        (
          await awsJson<{ tags: [] }>(
            sidecar,
            ...['ecs', 'list-tags-for-resource', '--resource-arn', output('Cluster')],
          )
        ).tags,
      );
    const others = async (): Promise<Tags[]> => [
      (
        await awsJson<{ tags: Tags }>(
          sidecar,
          ...['logs', 'list-tags-log-group', '--log-group-name', output('Group')],
        )
      ).tags,
      record(
        (
          await awsJson<{ Tags: [] }>(
            sidecar,
            ...['secretsmanager', 'describe-secret', '--secret-id', output('Secret')],
          )
        ).Tags,
      ),
      record(
        (
          await awsJson<{ TagList: [] }>(
            sidecar,
            ...['ssm', 'list-tags-for-resource', '--resource-type', 'Parameter'],
            ...['--resource-id', output('Parameter')],
          )
        ).TagList,
      ),
    ];
    const marks = (logicalId: string): Tags => ({
      'aws:cloudformation:stack-name': StackName,
      'aws:cloudformation:stack-id': StackId,
      'aws:cloudformation:logical-id': logicalId,
    });
    t.strictSame(await ofCluster(), { team: 'a', old: '', own: '1', ...marks('Cluster') });
    const ids = ['Group', 'Secret', 'Parameter'];
    t.strictSame(
      await others(),
      ids.map((id) => ({ team: 'a', old: '', ...marks(id) })),
    );
    const Tags = [{ Key: 'team', Value: 'b' }];
    await client.send(
      new CreateChangeSetCommand({ StackName, ChangeSetName: 'retag', UsePreviousTemplate: true, Tags }),
    );
    const { Changes = [] } = await client.send(
      new DescribeChangeSetCommand({ StackName, ChangeSetName: 'retag' }),
    );
    t.strictSame(
      Changes.map(
        ({ ResourceChange }) => `${ResourceChange?.LogicalResourceId} ${ResourceChange?.Scope?.join()}`,
      ),
      ['Cluster Tags', 'Group Tags', 'Secret Tags', 'Parameter Tags'],
    );
    await client.send(new UpdateStackCommand({ StackName, UsePreviousTemplate: true, Tags }));
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_COMPLETE');
    t.strictSame(await ofCluster(), { team: 'b', own: '1', ...marks('Cluster') });
    t.strictSame(
      await others(),
      ids.map((id) => ({ team: 'b', ...marks(id) })),
    );
    await client.send(new DeleteStackCommand({ StackName }));
    await untilSettled(client, StackId);
  },
);

t.test(
  'a death in the middle of an update and of a rollback: the service is asked for what it is to be, once',
  async (t) => {
    const StackName = 'killed';
    const template = (command: readonly string[]): string =>
      serviceTemplate(command, {
        service: {
          // ECS does not roll back by itself: CloudFormation has to.
          DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: false } },
        },
      });
    const killAt = async (awaited: string): Promise<void> => {
      await until(awaited, async () => {
        const events = await eventsOf(client, StackName);
        return events
          .slice(events.lastIndexOf(`${StackName}: UPDATE_IN_PROGRESS (User Initiated)`))
          .find((event) => event.startsWith(awaited));
      });
      await sidecar.kill();
      await sidecar.restart();
    };
    await client.send(new CreateStackCommand({ StackName, TemplateBody: template(['sleep', '2001']) }));
    const { StackId = '' } = await untilSettled(client, StackName);
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: template(['sleep', '2002']) }));
    await killAt('Service: UPDATE_IN_PROGRESS');
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_COMPLETE');
    t.strictSame(await commands(), ['sleep 2002']);
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: template(['sh', '-c', 'exit 3']) }));
    await killAt('killed: UPDATE_ROLLBACK_IN_PROGRESS');
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    t.strictSame(await commands(), ['sleep 2002']);
    await client.send(new DeleteStackCommand({ StackName }));
    t.equal((await untilSettled(client, StackId)).StackStatus, 'DELETE_COMPLETE');
    t.strictSame(await commands(), []);
  },
);

t.test('another value of an SSM parameter that is named without a version is an update', async (t) => {
  const StackName = 'newest';
  const put = (value: string) =>
    awsJson(
      sidecar,
      ...['ssm', 'put-parameter', '--overwrite', '--name', '/newest/days', '--type', 'String'],
      ...['--value', value],
    );
  const TemplateBody = JSON.stringify({
    Resources: {
      Copy: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/newest/copy', Type: 'String', Value: '{{resolve:ssm:/newest/days}} days' },
      },
      // What the stack makes itself is read when it is there.
      Second: {
        Type: 'AWS::SSM::Parameter',
        DependsOn: 'Copy',
        Properties: { Name: '/newest/second', Type: 'String', Value: '{{resolve:ssm:/newest/copy}}' },
      },
    },
  });
  const valueOf = async (name: string): Promise<string | undefined> =>
    (await awsJson<{ Parameter: { Value: string } }>(sidecar, ...['ssm', 'get-parameter', '--name', name]))
      .Parameter.Value;
  await put('1');
  const { StackId = '' } = await client.send(new CreateStackCommand({ StackName, TemplateBody }));
  t.equal((await untilSettled(client, StackName)).StackStatus, 'CREATE_COMPLETE');
  t.equal(await valueOf('/newest/second'), '1 days');
  const update = () => client.send(new UpdateStackCommand({ StackName, TemplateBody }));
  await t.rejects(update(), { message: 'No updates are to be performed.' });
  await put('1');
  await t.rejects(
    update(),
    { message: 'No updates are to be performed.' },
    'another version, the same value',
  );
  await put('2');
  await update();
  t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_COMPLETE');
  t.equal(await valueOf('/newest/copy'), '2 days');
  await client.send(new DeleteStackCommand({ StackName }));
  t.equal((await untilSettled(client, StackId)).StackStatus, 'DELETE_COMPLETE');
});
