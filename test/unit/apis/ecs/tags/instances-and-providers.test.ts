import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';

t.test('capacity providers and container instances have tags', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', {});
  api.call('CreateCapacityProvider', {
    name: 'a',
    autoScalingGroupProvider: { autoScalingGroupArn: 'group' },
  });
  const describe = (include: 'TAGS'[] = []) =>
    api.call('DescribeCapacityProviders', { capacityProviders: ['a'], include }).capacityProviders;
  const instance = api.call('ListContainerInstances', {}).containerInstanceArns?.[0] ?? '';
  for (const resourceArn of [`${ARN}capacity-provider/a`, instance]) {
    api.call('TagResource', { resourceArn, tags: [{ key: 'k', value: 'v' }] });
    t.strictSame(api.call('ListTagsForResource', { resourceArn }).tags, [{ key: 'k', value: 'v' }]);
  }
  t.match(describe(['TAGS']), [{ tags: [{ key: 'k' }] }]);
  t.strictSame(describe()?.[0]?.tags, []);
  t.match(
    api.call('DescribeContainerInstances', { containerInstances: [instance], include: ['TAGS'] })
      .containerInstances,
    [{ tags: [{ key: 'k' }] }],
  );
  api.call('UntagResource', { resourceArn: instance, tagKeys: ['k'] });
  t.strictSame(api.call('ListTagsForResource', { resourceArn: instance }).tags, []);
  api.call('DeleteCapacityProvider', { capacityProvider: 'a' });
  t.match(
    api.refusal('TagResource', { resourceArn: `${ARN}capacity-provider/a`, tags: [] }).message,
    'The specified capacity provider is inactive. Specify an active capacity provider and try again.',
  );
  t.match(
    api.refusal('ListTagsForResource', { resourceArn: `${ARN}capacity-provider/none` }).message,
    'The specified capacity provider does not exist.',
  );
  t.end();
});
