import t from 'tap';
import { CONTAINER, createTestApi, type EcsApi } from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';
const TAGS = [{ key: 'k', value: 'v' }];

function prepare(): { api: EcsApi; task: string } {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c', tags: TAGS });
  api.call('RegisterTaskDefinition', { family: 'f', containerDefinitions: [CONTAINER], tags: TAGS });
  const [task] = api.call('RunTask', { cluster: 'c', taskDefinition: 'f', tags: TAGS }).tasks;
  return { api, task: task?.taskArn ?? '' };
}

t.test('tags of clusters, tasks and definitions are added, replaced, removed and listed', (t) => {
  const { api, task } = prepare();
  for (const resourceArn of [`${ARN}cluster/c`, task, `${ARN}task-definition/f:1`]) {
    const list = () => api.call('ListTagsForResource', { resourceArn }).tags;
    t.strictSame(list(), TAGS);
    t.strictSame(
      api.call('TagResource', {
        resourceArn,
        tags: [
          { key: 'k', value: 'new' },
          { key: 'l', value: '' },
        ],
      }),
      {},
    );
    t.strictSame(list(), [
      { key: 'k', value: 'new' },
      { key: 'l', value: '' },
    ]);
    t.strictSame(api.call('UntagResource', { resourceArn, tagKeys: ['k', 'nope'] }), {});
    t.strictSame(list(), [{ key: 'l', value: '' }]);
  }
  t.strictSame(api.call('DescribeTasks', { cluster: 'c', tasks: [task], include: ['TAGS'] }).tasks[0]?.tags, [
    { key: 'l', value: '' },
  ]);
  t.end();
});

t.test('what is no longer in use keeps its tags (recorded from ECS, September 2026)', (t) => {
  const { api, task } = prepare();
  const stored = api.store.tasks.get(api.store.tasks.listUnfinished()[0]!)!;
  api.store.tasks.put({ ...stored, desiredStatus: 'STOPPED', lastStatus: 'STOPPED', version: 2 });
  api.call('DeleteCluster', { cluster: 'c' });
  api.call('DeregisterTaskDefinition', { taskDefinition: 'f:1' });
  const cases = [
    [task, 'The specified task is stopped. Specify a running task and try again.'],
    [`${ARN}cluster/c`, 'The specified cluster is inactive. Specify an active cluster and try again.'],
    [
      `${ARN}task-definition/f:1`,
      'The specified task definition is inactive. Specify an active task definition and try again.',
    ],
  ] as const;
  for (const [resourceArn, message] of cases) {
    t.match(api.refusal('TagResource', { resourceArn, tags: TAGS }), {
      code: 'InvalidParameterException',
      message,
    });
    t.match(api.refusal('UntagResource', { resourceArn, tagKeys: ['k'] }), { message });
    t.strictSame(api.call('ListTagsForResource', { resourceArn }).tags, TAGS);
  }
  t.end();
});

t.test('what does not exist or is no ARN of ours has no tags', (t) => {
  const { api, task } = prepare();
  const cases = [
    [`${ARN}cluster/nope`, 'The specified cluster does not exist.'],
    [`${ARN}task/c/${'0'.repeat(31)}a`, 'The specified task does not exist.'],
    [`${ARN}task-definition/f:9`, 'The specified task definition does not exist.'],
    [`${ARN}task-definition/f`, 'The specified task definition does not exist.'],
    [`${ARN}service/c/s`, 'The specified service does not exist.'],
    // Source: ECS's words, recorded in GitHub issues.
    [`${ARN}task/${task.split('/').at(-1) ?? ''}`, 'Long arn format must be used for tagging operations'],
    ['c', 'Invalid arn syntax.'],
    ['', 'Invalid arn syntax.'],
    ['arn:aws:ecs:us-east-1:123456789012:cluster/c', 'Invalid Region in ARN'],
  ] as const;
  for (const [resourceArn, message] of cases) {
    t.match(api.refusal('ListTagsForResource', { resourceArn }), {
      code: 'InvalidParameterException',
      message,
    });
  }
  t.end();
});

t.test(
  'keys of 1 to 128, values of up to 256, fifty tags, no aws: and no key twice (ECS API reference, Tag)',
  (t) => {
    const { api } = prepare();
    const resourceArn = `${ARN}cluster/c`;
    const refused: readonly (readonly { key?: string; value?: string }[])[] = [
      [{ value: 'v' }],
      [{ key: '' }],
      [{ key: 'x'.repeat(129) }],
      [{ key: 'a#b' }],
      [{ key: 'k', value: 'x'.repeat(257) }],
      [{ key: 'k', value: 'a\nb' }],
      [{ key: 'AWS:x' }],
      [{ key: 'a' }, { key: 'a' }],
      Array.from({ length: 50 }, (_, i) => ({ key: `k${i}` })),
    ];
    for (const tags of refused)
      t.match(api.refusal('TagResource', { resourceArn, tags }), { code: 'InvalidParameterException' });
    const longest = [{ key: 'é'.repeat(128), value: ' _.:/=+-@'.padEnd(256, '1') }];
    t.strictSame(api.call('TagResource', { resourceArn, tags: longest }), {});
    t.strictSame(api.call('ListTagsForResource', { resourceArn }).tags, [...TAGS, ...longest]);
    t.end();
  },
);
