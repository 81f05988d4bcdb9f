import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStacksCommand,
  type Stack,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { aws, awsJson } from '../support/clients.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, untilSettled } from '../support/stacks.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-nested-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

const child = {
  Parameters: {
    Name: { Type: 'String' },
    Days: { Type: 'Number', Default: 1 },
    Names: { Type: 'CommaDelimitedList', Default: '' },
  },
  Resources: {
    Group: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: { Ref: 'Name' }, RetentionInDays: { Ref: 'Days' } },
    },
  },
  Outputs: {
    Arn: { Value: { 'Fn::GetAtt': ['Group', 'Arn'] } },
    Names: { Value: { 'Fn::Join': ['+', { Ref: 'Names' }] } },
  },
};
const parent = (url: string, parameters: object): string =>
  JSON.stringify({
    Resources: {
      Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url, Parameters: parameters } },
    },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Child', 'Outputs.Arn'] } },
      Names: { Value: { 'Fn::GetAtt': 'Child.Outputs.Names' } },
      Child: { Value: { Ref: 'Child' } },
    },
  });

/** Puts a template into a bucket and returns its URL. */
async function upload(name: string, template: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(template));
  await aws(sidecar, 's3', 'cp', file, `s3://templates/${name}`);
  return `https://s3.us-east-1.amazonaws.com/templates/${name}`;
}
const outputsOf = ({ Outputs = [] }: Stack): Record<string, string> =>
  Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
const retention = async (): Promise<number | undefined> =>
  (
    await awsJson<{ logGroups: { retentionInDays?: number }[] }>(
      sidecar,
      ...['logs', 'describe-log-groups', '--log-group-name-prefix', '/nested'],
    )
  ).logGroups[0]?.retentionInDays;

await aws(sidecar, 's3', 'mb', 's3://templates');

t.test('a nested stack is made, updated and deleted with the stack around it', async (t) => {
  const url = await upload('child.json', child);
  const StackName = 'outer';
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: parent(url, { Name: '/nested', Names: ['a', 'b'] }),
      Tags: [{ Key: 'team', Value: 'x' }],
    }),
  );
  const outer = await untilSettled(client, StackName);
  t.equal(outer.StackStatus, 'CREATE_COMPLETE', (await eventsOf(client, StackName)).join('\n'));
  const outputs = outputsOf(outer);
  t.match(outputs['Arn'], /:log-group:\/nested:\*$/);
  t.equal(outputs['Names'], 'a+b');
  const { Stacks: [inner] = [] } = await client.send(
    new DescribeStacksCommand({ StackName: outputs['Child'] }),
  );
  t.match(inner, {
    StackName: /^outer-Child-[A-Z0-9]{12}$/,
    StackStatus: 'CREATE_COMPLETE',
    ParentId: outer.StackId ?? '',
    RootId: outer.StackId ?? '',
    Tags: [{ Key: 'team', Value: 'x' }],
  });
  t.equal(await retention(), 1);

  await client.send(
    new UpdateStackCommand({ StackName, TemplateBody: parent(url, { Name: '/nested', Days: 7 }) }),
  );
  t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_COMPLETE');
  t.equal(await retention(), 7);

  // What the nested stack refuses takes the one around it back.
  await client.send(
    new UpdateStackCommand({ StackName, TemplateBody: parent(url, { Name: '/nested', Days: 8 }) }),
  );
  t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  t.equal(await retention(), 7);
  t.match(
    (await eventsOf(client, StackName)).join('\n'),
    /Child: UPDATE_FAILED \(Embedded stack arn:.* was not successfully updated: /,
  );

  await client.send(new DeleteStackCommand({ StackName }));
  t.equal((await untilSettled(client, outer.StackId ?? '')).StackStatus, 'DELETE_COMPLETE');
  t.equal((await untilSettled(client, outputs['Child'] ?? '')).StackStatus, 'DELETE_COMPLETE');
  t.equal(await retention(), undefined);
});

t.test('a nested stack that cannot be made says why, and is deleted with the stack around it', async (t) => {
  const url = await upload('bad.json', {
    ...child,
    Resources: {
      ...child.Resources,
      Bad: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 2 }, DependsOn: 'Group' },
    },
  });
  await client.send(
    new CreateStackCommand({ StackName: 'bad', TemplateBody: parent(url, { Name: '/nested' }) }),
  );
  t.equal((await untilSettled(client, 'bad')).StackStatus, 'ROLLBACK_COMPLETE');
  t.match(
    (await eventsOf(client, 'bad')).join('\n'),
    /Child: CREATE_FAILED \(Embedded stack arn:[^ ]* was not successfully created: The following resource\(s\) failed to create: \[Bad\]\. \)/,
  );
  t.equal(await retention(), undefined);
  const { StackSummaries = [] } = await client.send(
    new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE', 'CREATE_FAILED', 'ROLLBACK_COMPLETE'] }),
  );
  t.same(
    StackSummaries.map(({ StackName }) => StackName),
    ['bad'],
  );
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: 'bad' }));
  t.same(
    StackResources.map(({ ResourceStatus }) => ResourceStatus),
    ['DELETE_COMPLETE'],
  );
});

t.test('an update that fails while a nested stack is still at it takes that back, too', async (t) => {
  const url = await upload('plain.json', child);
  const waiting = await upload('waiting.json', {
    ...child,
    Resources: {
      ...child.Resources,
      Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      Wait: {
        Type: 'AWS::CloudFormation::WaitCondition',
        DependsOn: 'Group',
        Properties: { Handle: { Ref: 'Handle' }, Timeout: 3600 },
      },
    },
  });
  const named = { Name: '/nested/waiting' };
  await client.send(
    new CreateStackCommand({ StackName: 'waiting', TemplateBody: parent(url, { ...named, Days: 1 }) }),
  );
  const made = await untilSettled(client, 'waiting');
  t.equal(made.StackStatus, 'CREATE_COMPLETE');
  const { Resources, ...rest } = JSON.parse(parent(waiting, { ...named, Days: 7 })) as { Resources: object };
  // Its dependency gives the nested stack the time to be in the middle.
  const Slow = { Type: 'AWS::ECS::Cluster' };
  const Bad = { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 2 }, DependsOn: 'Slow' };
  const TemplateBody = JSON.stringify({ ...rest, Resources: { ...Resources, Slow, Bad } });
  await client.send(new UpdateStackCommand({ StackName: 'waiting', TemplateBody }));
  t.equal((await untilSettled(client, 'waiting')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const nested = await untilSettled(client, outputsOf(made)['Child'] ?? '');
  t.equal(nested.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  t.equal(await retention(), 1);
});
