import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { createCdk } from '../support/cdk.ts';
import { python } from '../support/clients.ts';
import { startSidecar, type TestSidecar } from '../support/sidecar.ts';
import { cloudFormation, untilSettled } from '../support/stacks.ts';
import { median, ms, timed, type Figure } from './figures.ts';

const LIBRARY = new URL('../../node_modules/aws-cdk-lib', import.meta.url).pathname;
const ROUNDS = 3;
const DEPLOY = ['deploy', '--require-approval', 'never'];

/** A stack in which nothing is to be made, of an app that loads what the example loads: the CLI's start-up and polling. */
const NOTHING = `
import { App, CfnWaitConditionHandle, LegacyStackSynthesizer, Stack } from '${LIBRARY}/index.js';
import '${LIBRARY}/aws-ec2/index.js';
import '${LIBRARY}/aws-ecs/index.js';
import '${LIBRARY}/aws-logs/index.js';
const stack = new Stack(new App(), 'Nothing', { synthesizer: new LegacyStackSynthesizer() });
new CfnWaitConditionHandle(stack, 'Handle');
`;

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

/** `cdk deploy` of the example against the same by boto3 and what the CLI itself takes, in turn. */
export async function* benchCdk(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const ends: (() => unknown)[] = [];
  const test = { teardown: (end: () => unknown) => void ends.push(end) };
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn' });
  try {
    await writeFile(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.mjs' }));
    await writeFile(join(folder, 'app.mjs'), NOTHING);
    const cdk = {
      BindMount: await createCdk(test, sidecar, 'examples/cdk-bind-mount'),
      Nothing: await createCdk(test, sidecar, folder),
    };
    const deploy = async (stack: keyof typeof cdk): Promise<number> => {
      const took = await timed(async () => {
        const { code, output } = await cdk[stack](DEPLOY, { SITE: folder });
        if (code !== 0) throw new Error(output);
      });
      await remove(sidecar, stack);
      return took;
    };
    const boto3 = async (): Promise<number> =>
      Number(await python({ clientEnvironment: { ...sidecar.clientEnvironment, SITE: folder } }, BOTO3));
    const times = { deploy: [] as number[], boto3: [] as number[], nothing: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      times.deploy.push(await deploy('BindMount'));
      times.boto3.push(await boto3());
      times.nothing.push(await deploy('Nothing'));
    }
    const [ours, made, cli] = [median(times.deploy), median(times.boto3), median(times.nothing)];
    yield {
      what: "cdk deploy of a service, against boto3's time + the CLI's own",
      value: `${ms(ours)} against ${ms(made)} + ${ms(cli)}`,
      ratio: ours / (made + cli),
      budget: { atMost: 1.3 },
    };
  } finally {
    for (const end of ends) await end();
    await sidecar.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function remove(sidecar: TestSidecar, StackName: string): Promise<void> {
  const client = cloudFormation(sidecar);
  const { StackId = '' } = await untilSettled(client, StackName);
  await client.send(new DeleteStackCommand({ StackName }));
  await untilSettled(client, StackId);
  client.destroy();
}
