import t from 'tap';
import { containerInstanceDetail } from '../../../../../src/apis/ecs/container-instances/shape.ts';
import { testHost } from '../../../../support/ecs-api.ts';
import { instanceView } from '../../../../support/instances.ts';

t.test('an event has what the example of the ECS developer guide has, and no more', (t) => {
  const detail = containerInstanceDetail(instanceView('a'.repeat(32)), testHost());
  t.strictSame(Object.keys(detail), [
    'agentConnected',
    'attributes',
    'clusterArn',
    'containerInstanceArn',
    'ec2InstanceId',
    'registeredResources',
    'remainingResources',
    'status',
    'version',
    'versionInfo',
  ]);
  t.match(detail, {
    clusterArn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c',
    remainingResources: [{ name: 'CPU', integerValue: 1024 }],
    status: 'ACTIVE',
  });
  t.end();
});
