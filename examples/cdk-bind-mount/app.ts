/** A CDK app whose container sees a folder of this machine: LocalStack's guide in TypeScript, with a service around it. */
import { resolve } from 'node:path';
import { App, Duration, LegacyStackSynthesizer, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { InstanceType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  Cluster,
  ContainerImage,
  Ec2Service,
  Ec2TaskDefinition,
  LogDrivers,
  NetworkMode,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';

const stack = new Stack(new App(), 'BindMount', {
  // Needs no `cdk bootstrap`; the others work too, after one.
  synthesizer: new LegacyStackSynthesizer(),
});
const cluster = new Cluster(stack, 'Cluster', {
  // Tasks run on this machine; a cluster for Ec2Service must have a group of machines all the same.
  capacity: { instanceType: new InstanceType('t3.micro') },
  vpc: new Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1, restrictDefaultSecurityGroup: false }),
});

const taskDefinition = new Ec2TaskDefinition(stack, 'Task', {
  networkMode: NetworkMode.BRIDGE,
  volumes: [{ name: 'site', host: { sourcePath: resolve(process.env['SITE'] ?? 'site') } }],
});
const container = taskDefinition.addContainer('web', {
  image: ContainerImage.fromRegistry('busybox:latest'),
  memoryLimitMiB: 32,
  command: ['httpd', '-f', '-v', '-p', '8080', '-h', '/site'],
  portMappings: [{ containerPort: 8080 }],
  stopTimeout: Duration.seconds(2),
  logging: LogDrivers.awsLogs({
    streamPrefix: 'web',
    logGroup: new LogGroup(stack, 'Log', { removalPolicy: RemovalPolicy.DESTROY }),
  }),
});
container.addMountPoints({ sourceVolume: 'site', containerPath: '/site', readOnly: true });

new Ec2Service(stack, 'Service', {
  cluster,
  taskDefinition,
  desiredCount: 1,
  circuitBreaker: { rollback: true },
});
