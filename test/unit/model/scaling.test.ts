import t from 'tap';
import { isTracking, type ScalingPolicy } from '../../../src/model/scaling.ts';

t.test('only target tracking of what is measured here is acted on', (t) => {
  const policy = (more: Partial<ScalingPolicy>): ScalingPolicy => ({
    scope: { account: '000000000000', region: 'us-east-1' },
    arn: 'arn',
    resourceId: 'service/c/s',
    name: 'p',
    policyType: 'TargetTrackingScaling',
    createdAt: new Date(0),
    ...more,
  });
  const of = (PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' | 'ALBRequestCountPerTarget') =>
    policy({ targetTracking: { TargetValue: 1, PredefinedMetricSpecification: { PredefinedMetricType } } });
  t.equal(isTracking(of('ECSServiceAverageMemoryUtilization')), true);
  t.equal(isTracking(of('ALBRequestCountPerTarget')), false);
  t.equal(
    isTracking(policy({ targetTracking: { TargetValue: 1, CustomizedMetricSpecification: {} } })),
    false,
  );
  t.equal(isTracking(policy({ policyType: 'StepScaling' })), false);
  t.end();
});
