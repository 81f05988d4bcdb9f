import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  paginateDescribeStackEvents,
} from '@aws-sdk/client-cloudformation';
import { createCdk } from '../support/cdk.ts';
import { python } from '../support/clients.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, untilSettled } from '../support/stacks.ts';
import { median, ms, timed, type Figure } from './figures.ts';

const ROUNDS = 3;
const STACK = 'BindMount';
const DEPLOY = ['deploy', '--require-approval', 'never'];

/** What examples/cdk-bind-mount runs, made and removed by boto3; prints the milliseconds until its deployment is complete. */
const BOTO3 = `
import boto3, os, time
start = time.monotonic()
client = lambda service: boto3.client(service, endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1')
ecs, logs = client('ecs'), client('logs')
logs.create_log_group(logGroupName='bench')
ecs.create_cluster(clusterName='bench')
definition = ecs.register_task_definition(
    family='bench',
    networkMode='bridge',
    volumes=[{'name': 'site', 'host': {'sourcePath': os.environ['SITE']}}],
    containerDefinitions=[{
        'name': 'web', 'image': 'busybox:latest', 'memory': 32, 'essential': True, 'stopTimeout': 2,
        'command': ['httpd', '-f', '-v', '-p', '8080', '-h', '/site'],
        'portMappings': [{'containerPort': 8080}],
        'mountPoints': [{'sourceVolume': 'site', 'containerPath': '/site', 'readOnly': True}],
        'logConfiguration': {'logDriver': 'awslogs', 'options': {
            'awslogs-group': 'bench', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web'}},
    }],
)['taskDefinition']['taskDefinitionArn']
breaker = {'deploymentCircuitBreaker': {'enable': True, 'rollback': True}}
ecs.create_service(cluster='bench', serviceName='bench', taskDefinition=definition, desiredCount=1,
    deploymentConfiguration=breaker)
state = lambda: ecs.describe_services(cluster='bench', services=['bench'])['services'][0]
while state()['deployments'][0]['rolloutState'] != 'COMPLETED': time.sleep(0.1)
print(round((time.monotonic() - start) * 1000))
ecs.delete_service(cluster='bench', service='bench', force=True)
while state()['status'] != 'INACTIVE': time.sleep(0.1)
ecs.delete_cluster(cluster='bench')
logs.delete_log_group(logGroupName='bench')
`;

/**
 * `cdk deploy` of the example against the same by boto3 and what the CLI itself takes, in turn. The CLI's own is all of
 * a deployment but the stack's creation: it looks every 5 s whether that is over.
 */
export async function* benchCdk(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const ends: (() => unknown)[] = [];
  const test = { teardown: (end: () => unknown) => void ends.push(end) };
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn' });
  const client = cloudFormation(sidecar);
  try {
    const cdk = await createCdk(test, sidecar, 'examples/cdk-bind-mount');
    const times = { deploy: [] as number[], stack: [] as number[], boto3: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      const took = await timed(async () => {
        const { code, output } = await cdk(DEPLOY, { SITE: folder });
        if (code !== 0) throw new Error(output);
      });
      times.deploy.push(took);
      times.stack.push(await creationMs(client));
      await remove(client);
      const environment = { clientEnvironment: { ...sidecar.clientEnvironment, SITE: folder } };
      times.boto3.push(Number(await python(environment, BOTO3)));
    }
    const [ours, stack, made] = [median(times.deploy), median(times.stack), median(times.boto3)];
    const cli = ours - stack;
    yield {
      what: "cdk deploy of a service, against boto3's time + the CLI's own",
      value: `${ms(ours)}, ${ms(stack)} of it the stack, against ${ms(made)} + ${ms(cli)}`,
      ratio: ours / (made + cli),
      budget: { atMost: 1.3 },
    };
  } finally {
    client.destroy();
    for (const end of ends) await end();
    await sidecar.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the first event of the stack's creation to its last one, in milliseconds. */
async function creationMs(client: CloudFormationClient): Promise<number> {
  const times: number[] = [];
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: STACK }))
    for (const { LogicalResourceId, ResourceStatus, Timestamp } of StackEvents)
      if (LogicalResourceId === STACK && ResourceStatus?.startsWith('CREATE_')) times.push(Number(Timestamp));
  return Math.max(...times) - Math.min(...times);
}

async function remove(client: CloudFormationClient): Promise<void> {
  const { StackId = '' } = await untilSettled(client, STACK);
  await client.send(new DeleteStackCommand({ StackName: STACK }));
  await untilSettled(client, StackId);
}
