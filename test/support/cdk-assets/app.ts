/** A CDK app with an image that is built, a file that is uploaded and a bucket that is filled, by the default synthesizer. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnCluster, CfnService, ContainerImage, Ec2TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';

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
const site = new Bucket(stack, 'Site', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
const deployment = new BucketDeployment(stack, 'Deployment', {
  destinationBucket: site,
  destinationKeyPrefix: 'www',
  sources: [Source.asset(path('image')), Source.jsonData('names.json', { cluster: cluster.ref })],
});
new CfnOutput(stack, 'SiteUrl', { value: `s3://${deployment.deployedBucket.bucketName}/www/` });
