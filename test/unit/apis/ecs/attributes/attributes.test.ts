import t from 'tap';
import { CALLER, createTestApi } from '../../../../support/ecs-api.ts';

const attribute = {
  name: 'stack',
  value: 'production',
  targetType: 'container-instance' as const,
  targetId: 'a'.repeat(32),
};

t.test(
  'PutAttributes and DeleteAttributes find no target: tasks run without container instances (ECS API reference)',
  (t) => {
    const api = createTestApi();
    api.call('CreateCluster', {});
    for (const action of ['PutAttributes', 'DeleteAttributes'] as const) {
      t.match(api.refusal(action, { attributes: [attribute] }), {
        code: 'TargetNotFoundException',
        message:
          "The specified target wasn't found. You can view your available container instances with ListContainerInstances.",
      });
      t.match(api.refusal(action, { attributes: [] }), {
        code: 'InvalidParameterException',
        message: 'attributes can not be empty.',
      });
      t.match(api.refusal(action, { attributes: Array.from({ length: 11 }, () => attribute) }), {
        code: 'InvalidParameterException',
        message: 'attributes can have at most 10 items.',
      });
      t.match(api.refusal(action, { cluster: 'nope', attributes: [attribute] }), {
        code: 'ClusterNotFoundException',
      });
    }
    t.end();
  },
);

t.test('ListAttributes lists by name and value, every one exactly once in any page size', (t) => {
  const api = createTestApi();
  api.call('CreateCluster', {});
  const stored = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
    ...attribute,
    name,
    value: name === 'a' ? 'x' : 'y',
  }));
  for (const one of stored) api.store.attributes.put(CALLER, 'default', one);
  const list = (input: object) => api.call('ListAttributes', { targetType: 'container-instance', ...input });
  t.strictSame(list({}), { attributes: stored });
  t.strictSame(list({ attributeName: 'b' }).attributes, [stored[1]]);
  t.strictSame(list({ attributeName: 'b', attributeValue: 'x' }).attributes, []);
  for (let maxResults = 1; maxResults <= 6; maxResults += 1) {
    const listed: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page = list({ maxResults, nextToken });
      listed.push(...(page.attributes ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    t.strictSame(listed, stored);
  }
  t.end();
});

t.test('only container instances have attributes (ECS’s pattern for enumerations)', (t) => {
  const api = createTestApi();
  t.match(api.refusal('ListAttributes', { targetType: 'task' }), {
    code: 'InvalidParameterException',
    message: 'target type should be one of [container-instance]',
  });
  t.end();
});
