import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalingActivitiesCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { aws, python } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { createService, describeService, untilStable } from '../support/services.ts';
import { credentials, register, startSidecar } from '../support/sidecar.ts';

const run = promisify(execFile);
const sidecar = await startSidecar({ ECS_SCALING_SECONDS: '1' });
const client = new ApplicationAutoScalingClient({ endpoint: sidecar.url, region: 'us-east-1', credentials });
t.teardown(async () => {
  client.destroy();
  await sidecar.remove();
});
await aws(sidecar, 'ecs', 'create-cluster');

const named = (service: string) => ({
  ServiceNamespace: 'ecs' as const,
  ResourceId: `service/default/${service}`,
  ScalableDimension: 'ecs:service:DesiredCount' as const,
});
const seconds = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

t.test(
  'boto3 registers a target; a scheduled action scales the service, once, also over a kill',
  async (t) => {
    const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
    await createService(sidecar, 'timed', await register(sidecar, 'timed', [{ name: 'app', command }]));
    await untilStable(sidecar, 'timed');
    const printed = await python(
      sidecar,
      `
import boto3, os
scaling = boto3.client('application-autoscaling', endpoint_url=os.environ['ENDPOINT'])
name = dict(ServiceNamespace='ecs', ResourceId='service/default/timed', ScalableDimension='ecs:service:DesiredCount')
try:
  scaling.put_scheduled_action(ScheduledActionName='early', Schedule='rate(1 minute)', ScalableTargetAction={'MinCapacity': 1}, **name)
except scaling.exceptions.ObjectNotFoundException as e:
  print(e.response['Error']['Code'])
scaling.register_scalable_target(MinCapacity=1, MaxCapacity=5, **name)
print(scaling.describe_scalable_targets(ServiceNamespace='ecs')['ScalableTargets'][0]['MaxCapacity'])
`,
    );
    t.same(printed.trim().split('\n'), ['ObjectNotFoundException', '5']);
    await client.send(
      new PutScheduledActionCommand({
        ...named('timed'),
        ScheduledActionName: 'soon',
        Schedule: `at(${seconds(Date.now() + 3000)})`,
        ScalableTargetAction: { MinCapacity: 3 },
      }),
    );
    await until('it is scaled', async () => (await describeService(sidecar, 'timed')).desiredCount === 3);
    await sidecar.kill();
    await sidecar.restart();
    t.equal((await untilStable(sidecar, 'timed')).runningCount, 3);
    const { ScalingActivities } = await client.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: 'ecs' }),
    );
    t.match(ScalingActivities, [
      { Description: 'Setting desired count to 3.', StatusCode: 'Successful' },
      { Description: 'Setting min capacity to 3 and max capacity to 5', Cause: /soon/ },
    ]);
    t.equal(ScalingActivities?.length, 2);
    await client.send(new DeregisterScalableTargetCommand(named('timed')));
  },
);

t.test('target tracking follows the CPU of the tasks', async (t) => {
  const busy = [
    'sh',
    '-c',
    'trap "exit 0" TERM; while [ ! -e /calm ]; do :; done; while :; do sleep 0.1; done',
  ];
  await createService(
    sidecar,
    'busy',
    await register(sidecar, 'busy', [{ name: 'app', cpu: 256, command: busy }]),
  );
  await untilStable(sidecar, 'busy');
  await aws(
    sidecar,
    ...['application-autoscaling', 'register-scalable-target', '--service-namespace', 'ecs'],
    ...['--resource-id', 'service/default/busy', '--scalable-dimension', 'ecs:service:DesiredCount'],
    ...['--min-capacity', '1', '--max-capacity', '2'],
  );
  await client.send(
    new PutScalingPolicyCommand({
      ...named('busy'),
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        ScaleInCooldown: 2,
        ScaleOutCooldown: 2,
      },
    }),
  );
  await until('it is scaled out', async () => (await describeService(sidecar, 'busy')).desiredCount === 2);
  await untilStable(sidecar, 'busy');
  const containers = await sidecar.docker.listContainers({
    filters: { label: [sidecar.label, 'com.amazonaws.ecs.task-definition-family=busy'] },
  });
  await Promise.all(containers.map(({ Id }) => run('docker', ['exec', Id, 'touch', '/calm'])));
  await until('it is scaled in', async () => (await describeService(sidecar, 'busy')).desiredCount === 1);
  await t.resolves(client.send(new DeregisterScalableTargetCommand(named('busy'))));
});
