import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DetectStackDriftCommand,
  GetTemplateSummaryCommand,
  SetStackPolicyCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { credentials, startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, untilSettled } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});

const template = (days: number): string =>
  JSON.stringify({
    Resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: days } },
      Parameter: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/drifting', Type: 'String', Value: 'x' },
      },
      Cluster: { Type: 'AWS::ECS::Cluster' },
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    },
    Outputs: { Group: { Value: { Ref: 'Group' } } },
  });

t.test(
  'a stack policy stops an update, which is rolled back; another may stand in its place once',
  async (t) => {
    const StackName = 'policy';
    await client.send(new CreateStackCommand({ StackName, TemplateBody: template(1) }));
    const { StackId = '' } = await untilSettled(client, StackName);
    const all = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' };
    const deny = { ...all, Effect: 'Deny', Resource: 'LogicalResourceId/Group' };
    const policy = (...Statement: object[]): string => JSON.stringify({ Statement });
    await t.rejects(client.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: '{}' })), {
      name: 'ValidationError',
      message: 'Error validating stack policy: Invalid stack policy',
    });
    await client.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: policy(deny, all) }));
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: template(3) }));
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    t.ok(
      (await eventsOf(client, StackName)).includes(
        'Group: UPDATE_FAILED (Action denied by stack policy: Statement [#1] does not allow [Update:*] for resource [Group])',
      ),
    );
    await client.send(
      new UpdateStackCommand({
        StackName,
        TemplateBody: template(3),
        StackPolicyDuringUpdateBody: policy(all),
      }),
    );
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_COMPLETE');
    await client.send(new DeleteStackCommand({ StackName }));
    await untilSettled(client, StackId);
  },
);

t.test('drift is what was changed or deleted behind a stack', async (t) => {
  const StackName = 'drift';
  await client.send(new CreateStackCommand({ StackName, TemplateBody: template(1) }));
  const { Outputs: [output] = [], StackId = '' } = await untilSettled(client, StackName);
  const look = async (): Promise<unknown[]> => {
    const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName }));
    const status = await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    const { StackResourceDrifts = [] } = await client.send(
      new DescribeStackResourceDriftsCommand({ StackName }),
    );
    return [
      status.DetectionStatus,
      status.StackDriftStatus,
      ...StackResourceDrifts.map(
        ({ LogicalResourceId, StackResourceDriftStatus, PropertyDifferences = [] }) =>
          `${LogicalResourceId} ${StackResourceDriftStatus} ${PropertyDifferences.map(
            (one) => `${one.PropertyPath}: ${one.ExpectedValue} is ${one.ActualValue}`,
          ).join()}`,
      ),
    ];
  };
  const inSync = ['Group IN_SYNC ', 'Parameter IN_SYNC ', 'Cluster IN_SYNC '];
  t.strictSame(await look(), ['DETECTION_COMPLETE', 'IN_SYNC', ...inSync]);
  const group = output?.OutputValue ?? '';
  await aws(
    sidecar,
    ...['logs', 'put-retention-policy', '--log-group-name', group, '--retention-in-days', '5'],
  );
  await aws(sidecar, 'ssm', 'delete-parameter', '--name', '/drifting');
  t.strictSame(await look(), [
    'DETECTION_COMPLETE',
    'DRIFTED',
    'Group MODIFIED /RetentionInDays: 1 is 5',
    'Parameter DELETED ',
    'Cluster IN_SYNC ',
  ]);
  await client.send(new DeleteStackCommand({ StackName }));
  await untilSettled(client, StackId);
});

t.test('what lies in a bucket is included in a template', async (t) => {
  const StackName = 'include';
  const s3 = new S3Client({ endpoint: sidecar.url, region: 'us-east-1', credentials, forcePathStyle: true });
  t.teardown(() => {
    s3.destroy();
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'parts' }));
  await s3.send(new PutObjectCommand({ Bucket: 'parts', Key: 'group.yaml', Body: 'RetentionInDays: 7' }));
  const TemplateBody = `
Parameters: { Bucket: { Type: String, Default: parts } }
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: included
      Fn::Transform: { Name: AWS::Include, Parameters: { Location: !Sub "s3://\${Bucket}/group.yaml" } }
`;
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND'] }),
  );
  const { StackId = '', StackStatus } = await untilSettled(client, StackName);
  t.equal(StackStatus, 'CREATE_COMPLETE');
  t.match(await aws(sidecar, 'logs', 'describe-log-groups'), '"retentionInDays": 7');
  await client.send(new DeleteStackCommand({ StackName }));
  await untilSettled(client, StackId);
});

t.test('types and attributes that there are not are refused at the call, and no stack is left', async (t) => {
  const bodies = [
    [
      { Resources: { It: { Type: 'AWS::Nobody::Knows' } } },
      'Template format error: Unrecognized resource types: [AWS::Nobody::Knows]',
    ],
    [
      {
        Resources: { It: { Type: 'AWS::ECS::Cluster' } },
        Outputs: { Out: { Value: { 'Fn::GetAtt': ['It', 'Size'] } } },
      },
      'Template error: resource It does not support attribute type Size in Fn::GetAtt',
    ],
  ] as const;
  for (const [body, message] of bodies) {
    const TemplateBody = JSON.stringify(body);
    const input = { StackName: 'refused', TemplateBody };
    for (const call of [
      () => client.send(new ValidateTemplateCommand({ TemplateBody })),
      () => client.send(new CreateStackCommand(input)),
      () =>
        client.send(new CreateChangeSetCommand({ ...input, ChangeSetName: 'c', ChangeSetType: 'CREATE' })),
    ])
      await t.rejects(call(), { name: 'ValidationError', message });
  }
  await t.rejects(client.send(new DescribeStacksCommand({ StackName: 'refused' })), /does not exist/);
});

t.test('a template tells by what its resources could be named if they were imported', async (t) => {
  const { ResourceIdentifierSummaries } = await client.send(
    new GetTemplateSummaryCommand({
      TemplateBody: JSON.stringify({
        Resources: {
          One: { Type: 'AWS::Logs::LogGroup' },
          Other: { Type: 'AWS::Logs::LogGroup' },
          Service: { Type: 'AWS::ECS::Service' },
          Own: { Type: 'Custom::Own' },
        },
      }),
    }),
  );
  t.strictSame(ResourceIdentifierSummaries, [
    {
      ResourceType: 'AWS::Logs::LogGroup',
      LogicalResourceIds: ['One', 'Other'],
      ResourceIdentifiers: ['LogGroupName'],
    },
    {
      ResourceType: 'AWS::ECS::Service',
      LogicalResourceIds: ['Service'],
      ResourceIdentifiers: ['ServiceArn', 'Cluster'],
    },
  ]);
});
