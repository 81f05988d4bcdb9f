import { request } from 'node:http';
import { CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListTasksCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import Docker from 'dockerode';
import t from 'tap';
import { python } from '../support/clients.ts';
import { credentials, register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const network = `ecsidecar-test-own-${process.pid}`;
const docker = new Docker();
await docker.createNetwork({ Name: network });
const sidecar = await startSidecar({ MAIN_DOCKER_NETWORK: network });
t.teardown(() => sidecar.remove());

type Answer = { status: number | undefined; body: string };

/** A request that is sent as it is given: fetch would not send these headers. */
const send = (headers: Record<string, string>, body = '{}'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(sidecar.url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

const LIST = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters',
};

t.test('a foreign Host and a foreign Origin are refused, whatever they send', async (t) => {
  t.match(await send(LIST), { status: 200, body: /clusterArns/ });
  for (const foreign of [
    { host: 'evil.example' },
    { host: 'evil.example:4566' },
    { host: '127.0.0.1.evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
  ]) {
    t.match(await send({ ...LIST, ...foreign }), { status: 403 }, JSON.stringify(foreign));
    t.match(await send({ ...LIST, ...foreign }, 'no JSON'), { status: 403 }, 'before it is parsed');
  }
  for (const host of ['localhost', 'localhost:4566', '127.0.0.1', '[::1]:4566'])
    t.match(await send({ ...LIST, host }), { status: 200 }, host);
});

t.test('two accounts and two regions share nothing', async (t) => {
  const definition = await register(sidecar, 'mine', [
    { name: 'app', command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] },
  ]);
  const { taskArn } = await runTask(sidecar, definition);
  await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'mine' }));
  await sidecar.logs.send(new CreateLogGroupCommand({ logGroupName: 'mine' }));
  for (const config of [
    { endpoint: sidecar.url, region: 'eu-central-1', credentials },
    {
      endpoint: sidecar.url,
      region: 'us-east-1',
      credentials: { ...credentials, accessKeyId: '123456789012' },
    },
  ]) {
    const ecs = new ECSClient(config);
    const logs = new CloudWatchLogsClient(config);
    t.teardown(() => {
      ecs.destroy();
      logs.destroy();
    });
    t.same((await ecs.send(new ListClustersCommand({}))).clusterArns, []);
    t.same((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, []);
    await t.rejects(ecs.send(new ListTasksCommand({ cluster: 'mine' })), {
      name: 'ClusterNotFoundException',
    });
    await ecs.send(new CreateClusterCommand({}));
    t.same((await ecs.send(new ListTasksCommand({}))).taskArns, []);
    const { tasks, failures } = await ecs.send(
      new DescribeTasksCommand({ tasks: [taskArn.split('/')[2] ?? ''] }),
    );
    t.same([tasks, failures?.[0]?.reason], [[], 'MISSING']);
    await t.rejects(ecs.send(new StopTaskCommand({ task: taskArn })), {
      message: /in ARN|Identifier is for account/,
    });
  }
  t.equal(
    (
      await python(
        sidecar,
        `
import boto3, os
sts = boto3.client('sts', endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1', aws_access_key_id='123456789012', aws_secret_access_key='x')
print(sts.get_caller_identity()['Account'])
`,
      )
    ).trim(),
    '123456789012',
  );
});

t.test('MAIN_DOCKER_NETWORK: tasks join the network that is there, and it outlives them', async (t) => {
  const server = await register(sidecar, 'peer', [
    { name: 'web', command: ['sh', '-c', 'mkdir /w; echo found > /w/index.html; exec httpd -f -p 80 -h /w'] },
  ]);
  const { taskArn } = await runTask(sidecar, server);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const [container] = await docker.listContainers({
    filters: { label: [`com.amazonaws.ecs.task-arn=${taskArn}`] },
  });
  t.same(Object.keys(container?.NetworkSettings.Networks ?? {}), [network]);
  const address = container?.NetworkSettings.Networks[network]?.IPAddress;
  const client = await register(sidecar, 'client', [
    { name: 'get', command: ['wget', '-qO-', `http://${address}/`] },
  ]);
  const stopped = await untilStatus(sidecar, (await runTask(sidecar, client)).taskArn, 'STOPPED');
  t.equal(stopped.containers?.[0]?.exitCode, 0, 'a task reaches another one over it');
  t.equal(await sidecar.stop(), 0);
  t.equal(
    (await docker.listNetworks({ filters: { name: [network] } })).length,
    1,
    'it is not ours to remove',
  );
});
