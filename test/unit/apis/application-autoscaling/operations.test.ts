import t from 'tap';
import {
  createScalingApi,
  type operations,
} from '../../../../src/apis/application-autoscaling/operations.ts';
import { AwsError } from '../../../../src/model/aws-error.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import {
  createScalingStore,
  scalingMigrations,
} from '../../../../src/store/application-autoscaling/store.ts';
import { CALLER, CONTAINER, createTestApi } from '../../../support/ecs-api.ts';

const NAMED = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/c/s',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

function withService() {
  const ecs = createTestApi();
  ecs.call('CreateCluster', { clusterName: 'c' });
  ecs.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [CONTAINER] });
  ecs.call('CreateService', { cluster: 'c', serviceName: 's', taskDefinition: 'app', desiredCount: 1 });
  let ids = 0;
  const woken: string[] = [];
  const api = createScalingApi({
    store: ecs.store,
    scaling: createScalingStore(openDatabase(':memory:', [scalingMigrations])),
    wake: () => undefined,
    wakeService: (arn) => woken.push(arn),
    now: () => new Date(ecs.clock.ms),
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  });
  const call = (action: keyof typeof operations, input: object, caller = CALLER): unknown =>
    api.actions[action]?.({ caller, signal: new AbortController().signal }, input);
  const refusal = (action: keyof typeof operations, input: object): string => {
    try {
      call(action, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    throw new Error('it was not refused');
  };
  return { ecs, woken, call, refusal };
}

t.test('targets: registered, changed in part, told, forgotten with all that hangs on them', (t) => {
  const { call, refusal } = withService();
  t.match(refusal('RegisterScalableTarget', { ...NAMED, MinCapacity: 1 }), /^ValidationException/);
  t.equal(
    refusal('RegisterScalableTarget', { ...NAMED, MinCapacity: 3, MaxCapacity: 2 }),
    'ValidationException: Maximum capacity cannot be less than minimum capacity',
  );
  for (const wrong of [
    { ServiceNamespace: 'ec2' },
    { ResourceId: 'service/c' },
    { ResourceId: 'service/c/none' },
  ])
    t.match(
      refusal('RegisterScalableTarget', { ...NAMED, ...wrong, MinCapacity: 1, MaxCapacity: 2 }),
      /^ValidationException/,
    );
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 1, MaxCapacity: 4 });
  call('RegisterScalableTarget', {
    ...NAMED,
    MaxCapacity: 6,
    SuspendedState: { ScheduledScalingSuspended: true },
  });
  t.match(call('DescribeScalableTargets', { ServiceNamespace: 'ecs' }), {
    ScalableTargets: [
      { ...NAMED, MinCapacity: 1, MaxCapacity: 6, SuspendedState: { ScheduledScalingSuspended: true } },
    ],
  });
  t.same(call('DescribeScalableTargets', { ServiceNamespace: 'ecs' }, { ...CALLER, region: 'us-east-1' }), {
    ScalableTargets: [],
  });
  call('PutScheduledAction', {
    ...NAMED,
    ScheduledActionName: 'a',
    Schedule: 'rate(1 hour)',
    ScalableTargetAction: { MinCapacity: 2 },
  });
  t.equal(
    refusal('PutScheduledAction', {
      ...NAMED,
      ScheduledActionName: 'b',
      Schedule: 'whenever',
      ScalableTargetAction: { MinCapacity: 2 },
    }),
    'ValidationException: Invalid schedule expression or time zone: whenever',
  );
  const tracking = {
    TargetValue: 50,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
  };
  call('PutScalingPolicy', {
    ...NAMED,
    PolicyName: 'p',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: tracking,
  });
  t.match(call('DescribeScalingPolicies', { ServiceNamespace: 'ecs' }), {
    ScalingPolicies: [{ PolicyName: 'p', TargetTrackingScalingPolicyConfiguration: tracking }],
  });
  t.match(call('DescribeScheduledActions', { ServiceNamespace: 'ecs' }), {
    ScheduledActions: [
      { ScheduledActionName: 'a', Schedule: 'rate(1 hour)', ScalableTargetAction: { MinCapacity: 2 } },
    ],
  });
  call('DeregisterScalableTarget', NAMED);
  t.match(call('DescribeScalingPolicies', { ServiceNamespace: 'ecs' }), { ScalingPolicies: { length: 0 } });
  t.match(call('DescribeScheduledActions', { ServiceNamespace: 'ecs' }), { ScheduledActions: { length: 0 } });
  t.equal(
    refusal('DeregisterScalableTarget', NAMED),
    'ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/c/s, scalable dimension: ecs:service:DesiredCount',
  );
  t.match(refusal('DeleteScalingPolicy', { ...NAMED, PolicyName: 'p' }), /^ObjectNotFoundException/);
  t.match(
    refusal('DeleteScheduledAction', { ...NAMED, ScheduledActionName: 'a' }),
    /^ObjectNotFoundException/,
  );
  t.end();
});

t.test('bounds bring the desired count between them at once', (t) => {
  const { ecs, woken, call } = withService();
  const desiredCount = () =>
    (
      ecs.call('DescribeServices', { cluster: 'c', services: ['s'] }) as {
        services: { desiredCount: number }[];
      }
    ).services[0]?.desiredCount;
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 1, MaxCapacity: 4 });
  t.equal(desiredCount(), 1);
  t.same(woken, []);
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 3 });
  t.equal(desiredCount(), 3);
  t.equal(woken.length, 1);
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 0, MaxCapacity: 2 });
  t.equal(desiredCount(), 2);
  t.match(call('DescribeScalingActivities', { ServiceNamespace: 'ecs' }), {
    ScalingActivities: [
      { Description: 'Setting desired count to 2.', Cause: 'maximum capacity was set to 2' },
      { Description: 'Setting desired count to 3.', Cause: 'minimum capacity was set to 3' },
    ],
  });
  t.end();
});

t.test('tags of a target', (t) => {
  const { call, refusal } = withService();
  const { ScalableTargetARN: ResourceARN } = call('RegisterScalableTarget', {
    ...NAMED,
    MinCapacity: 1,
    MaxCapacity: 4,
    Tags: { team: 'a', stage: 'dev' },
  }) as { ScalableTargetARN: string };
  call('TagResource', { ResourceARN, Tags: { stage: 'test', more: '' } });
  call('UntagResource', { ResourceARN, TagKeys: ['team', 'none'] });
  call('RegisterScalableTarget', { ...NAMED, MaxCapacity: 5 });
  t.same(call('ListTagsForResource', { ResourceARN }), { Tags: { stage: 'test', more: '' } });
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key${index}`, '']));
  t.match(refusal('TagResource', { ResourceARN, Tags: many }), /^TooManyTagsException/);
  t.match(refusal('ListTagsForResource', { ResourceARN: `${ResourceARN}0` }), /^ResourceNotFoundException/);
  t.end();
});

t.test('what is not measured here is stored as it is; metrics that services do not have are refused', (t) => {
  const { call, refusal } = withService();
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 1, MaxCapacity: 4 });
  const put = (PolicyName: string, more: object) => ({ ...NAMED, PolicyName, ...more });
  const tracking = (metric: object) => ({
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 50, ...metric },
  });
  const stored = [
    tracking({
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'ALBRequestCountPerTarget',
        ResourceLabel: 'app/a/1/targetgroup/b/2',
      },
    }),
    tracking({
      CustomizedMetricSpecification: { MetricName: 'Backlog', Namespace: 'Own', Statistic: 'Average' },
    }),
    {
      PolicyType: 'PredictiveScaling',
      PredictiveScalingPolicyConfiguration: {
        MetricSpecifications: [
          {
            TargetValue: 40,
            PredefinedMetricPairSpecification: { PredefinedMetricType: 'ECSServiceCPUUtilization' },
          },
        ],
      },
    },
  ];
  stored.forEach((policy, index) => call('PutScalingPolicy', put(`p${index}`, policy)));
  t.match(call('DescribeScalingPolicies', { ServiceNamespace: 'ecs' }), { ScalingPolicies: stored });
  for (const [metric, words] of [
    [
      { PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' } },
      /is none/,
    ],
    [{}, /Specify either/],
  ] as const)
    t.match(refusal('PutScalingPolicy', put('no', tracking(metric))), words);
  t.end();
});

t.test('a page has at least one item, so that pages have an end', (t) => {
  const { call, refusal } = withService();
  call('RegisterScalableTarget', { ...NAMED, MinCapacity: 1, MaxCapacity: 4 });
  for (const MaxResults of [0, 51])
    t.match(
      refusal('DescribeScalableTargets', { ServiceNamespace: 'ecs', MaxResults }),
      /^ValidationException: .*'maxResults'/,
    );
  t.match(call('DescribeScalableTargets', { ServiceNamespace: 'ecs', MaxResults: 1 }), {
    ScalableTargets: [{}],
  });
  t.end();
});
