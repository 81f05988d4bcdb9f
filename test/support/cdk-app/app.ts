/** A CDK app of one service; the tests choose its command, its synthesizer, whether it has a file as asset and looks up a VPC. */
import {
  App,
  BootstraplessSynthesizer,
  CfnOutput,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  Duration,
  LegacyStackSynthesizer,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster, CfnService, ContainerImage, Ec2TaskDefinition, LogDrivers } from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';

const synthesizers = {
  legacy: () => new LegacyStackSynthesizer(),
  bootstrapless: () => new BootstraplessSynthesizer(),
  credentials: () => new CliCredentialsStackSynthesizer(),
  default: () => new DefaultStackSynthesizer(),
};
const synthesizer = synthesizers[(process.env['SYNTHESIZER'] ?? 'legacy') as keyof typeof synthesizers]();
const isLookup = process.env['LOOKUP'] !== undefined;
const stack = new Stack(new App(), process.env['STACK'] ?? 'Service', {
  synthesizer,
  ...(isLookup && { env: { account: '000000000000', region: 'us-east-1' } }),
});
const cluster = new CfnCluster(stack, 'Cluster');
const task = new Ec2TaskDefinition(stack, 'Task');
task.addContainer('app', {
  image: ContainerImage.fromRegistry('busybox:latest'),
  memoryLimitMiB: 32,
  command: ['sh', '-c', process.env['COMMAND'] ?? 'exec sleep 1000'],
  stopTimeout: Duration.seconds(2),
  dockerLabels: { 'cdk.test': process.env['STACK'] ?? 'Service' },
  logging: LogDrivers.awsLogs({
    streamPrefix: 'app',
    logGroup: new LogGroup(stack, 'Log', { removalPolicy: RemovalPolicy.DESTROY }),
  }),
});
new CfnService(stack, 'Service', {
  cluster: cluster.ref,
  taskDefinition: task.taskDefinitionArn,
  desiredCount: 1,
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
});
const file = process.env['ASSET'];
if (file !== undefined)
  new CfnOutput(stack, 'FileUrl', { value: new Asset(stack, 'File', { path: file }).s3ObjectUrl });
if (isLookup) {
  const found = Vpc.fromLookup(stack, 'Default', { isDefault: true });
  const { availabilityZones } = new Vpc(stack, 'Vpc', {
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
  });
  new CfnOutput(stack, 'Network', {
    value: [found.vpcId, found.publicSubnets.length, ...availabilityZones].join(' '),
  });
}
