import t from 'tap';
import { createTestApi, type EcsApi } from '../../../../support/ecs-api.ts';

/** A cluster with its own instance, which is returned. */
function withCluster(api: EcsApi): string {
  api.call('CreateCluster', {});
  return api.call('ListContainerInstances', {}).containerInstanceArns?.[0] ?? '';
}

const attributes = (targetId: string, names: readonly string[], value = 'x') =>
  names.map((name) => ({ name, value, targetType: 'container-instance' as const, targetId }));

t.test('attributes of a container instance are put, replaced and deleted (ECS API reference)', (t) => {
  const api = createTestApi();
  const targetId = withCluster(api);
  t.strictSame(api.call('PutAttributes', { attributes: attributes(targetId, ['stack', 'team']) }), {
    attributes: ['stack', 'team'].map((name) => ({ name, targetId, value: 'x' })),
  });
  const id = targetId.split('/').at(-1) ?? '';
  api.call('PutAttributes', { attributes: attributes(id, ['stack'], 'y') });
  const given = (name: string) =>
    api.call('ListAttributes', { targetType: 'container-instance', attributeName: name }).attributes;
  t.strictSame(given('stack'), [{ name: 'stack', targetId, value: 'y' }]);
  api.call('DeleteAttributes', { attributes: [{ name: 'stack', targetId }] });
  t.strictSame(given('stack'), []);
  t.strictSame(given('team'), [{ name: 'team', targetId, value: 'x' }]);
  t.equal(api.changedClusters.length, 3, 'tasks that wait for room are told');
  t.end();
});

t.test('attributes that AWS refuses are refused (ECS API reference, Attribute, PutAttributes)', (t) => {
  const api = createTestApi();
  const targetId = withCluster(api);
  const refusal = (given: object[]) => api.refusal('PutAttributes', { attributes: given });
  for (const action of ['PutAttributes', 'DeleteAttributes'] as const) {
    t.match(api.refusal(action, { attributes: [] }), { message: 'attributes can not be empty.' });
    t.match(api.refusal(action, { attributes: attributes('a'.repeat(32), ['n']) }), {
      code: 'TargetNotFoundException',
    });
    t.match(api.refusal(action, { cluster: 'nope', attributes: attributes(targetId, ['n']) }), {
      code: 'ClusterNotFoundException',
    });
  }
  const eleven = Array.from({ length: 11 }, (_, index) => `n${index}`);
  t.match(refusal(attributes(targetId, eleven)), { message: 'attributes can have at most 10 items.' });
  t.match(refusal(attributes(targetId, ['a b'])), { code: 'InvalidParameterException' });
  t.match(refusal(attributes(targetId, ['n'], ' led by a space')), { code: 'InvalidParameterException' });
  api.call('PutAttributes', { attributes: attributes(targetId, eleven.slice(0, 10)) });
  t.match(refusal(attributes(targetId, ['one-more'])), { code: 'AttributeLimitExceededException' });
  api.call('PutAttributes', { attributes: attributes(targetId, ['n3'], 'still may change') });
  t.end();
});

t.test('ListAttributes lists by name and value, every one exactly once in any page size', (t) => {
  const api = createTestApi();
  const targetId = withCluster(api);
  api.call('PutAttributes', { attributes: attributes(targetId, ['a', 'b']) });
  const list = (input: object) => api.call('ListAttributes', { targetType: 'container-instance', ...input });
  const all = list({}).attributes ?? [];
  t.match(
    all.find(({ name }) => name === 'ecs.os-type'),
    { value: 'linux', targetId },
    'those of the engine are among them',
  );
  t.strictSame(list({ attributeName: 'b', attributeValue: 'y' }).attributes, []);
  for (const maxResults of [1, 7, 100]) {
    const listed: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page = list({ maxResults, nextToken });
      listed.push(...(page.attributes ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    t.strictSame(listed, all);
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
