import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  DescribeStackResourcesCommand,
  ListStacksCommand,
  UpdateStackCommand,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { awsJson } from '../support/clients.ts';
import { startCloudControl } from '../support/cloud-control.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, untilSettled } from '../support/stacks.ts';

// The upstream: Cloud Control for VPCs; CloudFormation, S3, Parameter Store, Secrets Manager and ECR of another sidecar.
const behind = await startSidecar();
t.teardown(() => behind.remove());
const upstream = await startCloudControl(behind.url);
t.teardown(() => {
  upstream.close();
});
const sidecar = await startSidecar({ UPSTREAM_ENDPOINT_URL: upstream.url });
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
const upstreamClient = cloudFormation(behind);
t.teardown(() => {
  client.destroy();
  upstreamClient.destroy();
});

const template = (vpc: object, more: object = {}): string =>
  JSON.stringify({
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: vpc },
      Subnet: {
        Type: 'AWS::EC2::Subnet',
        Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock: '10.0.1.0/24' },
      },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'made-there' } },
      Parameter: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/made/there', Type: 'String', Value: 'v' },
      },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'made-there', SecretString: 's' } },
      Repository: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'made-there' } },
      Cluster: { Type: 'AWS::ECS::Cluster' },
      ...more,
    },
    Outputs: {
      Vpc: { Value: { Ref: 'Vpc' } },
      Group: { Value: { 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] } },
      Subnet: { Value: { Ref: 'Subnet' } },
      Zone: { Value: { 'Fn::GetAtt': ['Subnet', 'AvailabilityZone'] } },
      Bucket: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
    },
  });

const outputsOf = async (of: CloudFormationClient, StackName: string): Promise<Record<string, string>> => {
  const { Stacks } = await of.send(new DescribeStacksCommand({ StackName }));
  return Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
};

const stacksThere = async (): Promise<string[]> => {
  const { StackSummaries = [] } = await upstreamClient.send(new ListStacksCommand({}));
  return StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
    .map(({ StackName = '' }) => StackName.replace(/-[0-9A-Z]{12}$/, ''))
    .sort();
};

t.test('what only needs to be there is made at the upstream, and changed and deleted there', async (t) => {
  const StackName = 'whole';
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody: template({ CidrBlock: '10.0.0.0/16' }) }),
  );
  t.match(await untilSettled(client, StackName), { StackStatus: 'CREATE_COMPLETE' });
  const made = await outputsOf(client, StackName);
  const [vpcId = ''] = [...upstream.vpcs.keys()];
  t.match(made, { Vpc: vpcId, Group: 'sg-upstream', Zone: 'us-east-1a', Bucket: 'arn:aws:s3:::made-there' });
  t.strictSame(await stacksThere(), ['ecsidecar-whole-Bucket', 'ecsidecar-whole-Subnet']);
  const events = await eventsOf(client, StackName);
  t.ok(events.includes('Vpc: CREATE_COMPLETE (Made at UPSTREAM_ENDPOINT_URL by Cloud Control.)'));
  t.match(
    events.find((event) => event.startsWith('Subnet: CREATE_COMPLETE')),
    /Made at UPSTREAM_ENDPOINT_URL by its stack ecsidecar-whole-Subnet-\w{12}\./,
  );

  // Each of them is at the upstream, with the ids of what it refers to there.
  const { Stacks = [] } = await upstreamClient.send(new DescribeStacksCommand({}));
  const subnetStack = Stacks.find((stack) => stack.StackName?.startsWith('ecsidecar-whole-Subnet'));
  const { StackResources = [] } = await upstreamClient.send(
    new DescribeStackResourcesCommand({ StackName: subnetStack?.StackName }),
  );
  t.equal(StackResources[0]?.PhysicalResourceId, made['Subnet']);
  t.match(await awsJson(behind, 's3api', 'list-buckets'), { Buckets: [{ Name: 'made-there' }] });
  t.match(await awsJson(behind, 'ssm', 'get-parameter', '--name', '/made/there'), {
    Parameter: { Value: 'v' },
  });
  t.match(await awsJson(behind, 'secretsmanager', 'get-secret-value', '--secret-id', 'made-there'), {
    SecretString: 's',
  });
  t.match(await awsJson(behind, 'ecr', 'describe-repositories'), {
    repositories: [{ repositoryName: 'made-there' }],
  });

  // In place.
  const tagged = { CidrBlock: '10.0.0.0/16', EnableDnsSupport: true };
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: template(tagged) }));
  t.match(await untilSettled(client, StackName), { StackStatus: 'UPDATE_COMPLETE' });
  t.match(upstream.vpcs.get(vpcId), { CidrBlock: '10.0.0.0/16', EnableDnsSupport: true });

  // Where the upstream says that it cannot be changed, another takes its place.
  await client.send(
    new UpdateStackCommand({ StackName, TemplateBody: template({ CidrBlock: '10.0.0.0/20' }) }),
  );
  t.match(await untilSettled(client, StackName), { StackStatus: 'UPDATE_COMPLETE' });
  t.strictSame(
    [...upstream.vpcs.values()].map(({ CidrBlock }) => CidrBlock),
    ['10.0.0.0/20'],
  );
  t.equal((await outputsOf(client, StackName))['Vpc'], [...upstream.vpcs.keys()][0]);

  await client.send(new DeleteStackCommand({ StackName }));
  await until(
    'nothing is left there',
    async () => (await stacksThere()).length === 0 && upstream.vpcs.size === 0,
  );
  t.match(await awsJson(behind, 's3api', 'list-buckets'), { Buckets: [] });
  t.match(await awsJson(behind, 'ecr', 'describe-repositories'), { repositories: [] });
  t.equal(
    upstream.requests.filter((asked) => asked === 'CreateResource AWS::EC2::Subnet').length,
    1,
    'what the upstream lacks is asked for once',
  );
});

t.test(
  'what the upstream refuses fails the stack in its words, and the rollback deletes there',
  async (t) => {
    const StackName = 'refused';
    const more = {
      Second: { Type: 'AWS::EC2::VPC', DependsOn: 'Subnet', Properties: { CidrBlock: '10.0.0.0/8' } },
    };
    const TemplateBody = template({ CidrBlock: '10.0.0.0/16' }, more);
    await client.send(new CreateStackCommand({ StackName, TemplateBody }));
    t.match(await untilSettled(client, StackName), { StackStatus: 'ROLLBACK_COMPLETE' });
    t.match(
      (await eventsOf(client, StackName)).find((event) => event.startsWith('Second: CREATE_FAILED')),
      /Resource handler returned message: "The CIDR '10\.0\.0\.0\/8' is invalid\."/,
    );
    t.equal(upstream.vpcs.size, 0);
    t.strictSame(await stacksThere(), []);
  },
);

t.test('a death between what was made and its answer makes nothing twice', async (t) => {
  const StackName = 'killed';
  const isMade = new Promise<void>((resolve) => {
    upstream.whenMade = () => {
      resolve();
      return new Promise(() => undefined);
    };
  });
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody: template({ CidrBlock: '10.0.0.0/16' }) }),
  );
  await isMade;
  await sidecar.kill();
  upstream.whenMade = () => Promise.resolve();
  await sidecar.restart();
  t.match(await untilSettled(client, StackName), { StackStatus: 'CREATE_COMPLETE' });
  t.equal(upstream.vpcs.size, 1);
  t.strictSame(await stacksThere(), ['ecsidecar-killed-Bucket', 'ecsidecar-killed-Subnet']);
  await client.send(new DeleteStackCommand({ StackName }));
  await until(
    'nothing is left there',
    async () => (await stacksThere()).length === 0 && upstream.vpcs.size === 0,
  );
});
