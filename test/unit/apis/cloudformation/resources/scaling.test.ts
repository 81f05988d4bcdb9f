import t from 'tap';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import type { JsonMap } from '../../../../../src/model/stack.ts';
import { resourceContext } from './context.ts';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const { of } = createHandlers();

t.test('what is no service of ECS is recorded: nothing is called for it', async (t) => {
  const properties = {
    ServiceNamespace: 'dynamodb',
    ResourceId: 'table/orders',
    ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
  };
  const id = 'table/orders|dynamodb:table:ReadCapacityUnits|dynamodb';
  const target = resourceContext({ type: TARGET, properties, physicalId: id });
  t.equal(of(TARGET).nameOf?.(target), id);
  t.match(await of(TARGET).create(target), { physicalId: id, note: /^Recorded only/ });
  t.equal(await of(TARGET).remove(target), 'done');
  const policy = resourceContext({
    type: POLICY,
    properties: { ScalingTargetId: id, PolicyName: 'p' },
  });
  t.match(await of(POLICY).create(policy), {
    physicalId:
      'arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:generation:resource/dynamodb/table/orders:policyName/p',
    note: /^Recorded only/,
  });
  t.equal(await of(POLICY).remove(policy), 'done');
});

t.test('a policy that nothing is measured for says so in its event', async (t) => {
  const noteOf = async (configuration: JsonMap): Promise<string | undefined> => {
    const outcome = await of(POLICY).create(
      resourceContext({
        type: POLICY,
        properties: {
          ScalingTargetId: 'service/c/s|ecs:service:DesiredCount|ecs',
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: configuration,
        },
        call: () => Promise.resolve({ PolicyARN: 'arn' }),
      }),
    );
    return outcome.kind === 'done' ? outcome.note : 'not done';
  };
  const predefined = (PredefinedMetricType: string) => ({
    PredefinedMetricSpecification: { PredefinedMetricType },
  });
  t.equal(await noteOf(predefined('ECSServiceAverageCPUUtilization')), undefined);
  t.match(await noteOf(predefined('ALBRequestCountPerTarget')), /^Stored only/);
  t.match(await noteOf({ CustomizedMetricSpecification: { MetricName: 'Backlog' } }), /^Stored only/);
});
