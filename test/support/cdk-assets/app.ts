/** A CDK app with an image that is built and a file that is uploaded; both are the default synthesizer's assets. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnCluster, CfnService, ContainerImage, Ec2TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';

const path = (name: string): string => new URL(name, import.meta.url).pathname;
const stack = new Stack(new App(), 'Assets', { env: { account: '000000000000', region: 'us-east-1' } });
const cluster = new CfnCluster(stack, 'Cluster');
const file = new Asset(stack, 'File', { path: path('image/Dockerfile') });
const task = new Ec2TaskDefinition(stack, 'Task');
task.addContainer('app', {
  image: ContainerImage.fromAsset(path('image')),
  memoryLimitMiB: 32,
  dockerLabels: { 'cdk.test': 'Assets' },
});
new CfnService(stack, 'Service', {
  cluster: cluster.ref,
  taskDefinition: task.taskDefinitionArn,
  desiredCount: 1,
});
new CfnOutput(stack, 'FileUrl', { value: file.s3ObjectUrl });
