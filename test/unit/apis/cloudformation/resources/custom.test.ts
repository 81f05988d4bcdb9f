import t from 'tap';
import type { ResourceContext } from '../../../../../src/apis/cloudformation/resources/handler.ts';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { NotServedError } from '../../../../../src/model/local-apis.ts';
import type { JsonMap } from '../../../../../src/model/stack.ts';
import { resourceContext } from './context.ts';

const handlers = createHandlers();

type Call = readonly [service: string, action: string, input: unknown];

/** A context whose calls are written down, and answered. */
function world(
  properties: JsonMap,
  answer: (call: Call) => Readonly<Record<string, unknown>> = () => ({}),
  more: Partial<ResourceContext> = {},
) {
  const calls: Call[] = [];
  const context = resourceContext({
    properties,
    ...more,
    call(...call) {
      calls.push(call);
      return new Promise((resolve) => {
        resolve(answer(call));
      });
    },
  });
  return { calls, context };
}

t.test("the CDK's LogRetention makes its group and sets its days", async (t) => {
  const handler = handlers.of('Custom::LogRetention');
  const { calls, context } = world({ LogGroupName: '/a', RetentionInDays: '7' }, ([, action]) => {
    if (action === 'CreateLogGroup') throw new AwsError('ResourceAlreadyExistsException', 'there');
    return {};
  });
  t.equal(handler.nameOf?.(context), '/a');
  t.match(await handler.create({ ...context, physicalId: '/a' }), { attributes: { LogGroupName: '/a' } });
  t.same(calls.at(-1), ['logs', 'PutRetentionPolicy', { logGroupName: '/a', retentionInDays: 7 }]);
  const kept = world({ LogGroupName: '/a' });
  await handler.remove({ ...kept.context, physicalId: '/a' });
  t.same(kept.calls, []);
  const destroyed = world({ LogGroupName: '/a', RemovalPolicy: 'destroy' });
  await handler.remove({ ...destroyed.context, physicalId: '/a' });
  t.same(destroyed.calls, [['logs', 'DeleteLogGroup', { logGroupName: '/a' }]]);
});

t.test("the CDK's ECRAutoDeleteImages deletes until there is none", async (t) => {
  let images: unknown[] = [{ imageTag: 'a' }];
  const { context } = world({ RepositoryName: 'r' }, ([, action]) => {
    if (action === 'BatchDeleteImage') images = [];
    return { imageIds: images };
  });
  const handler = handlers.of('Custom::ECRAutoDeleteImages');
  t.match(await handler.remove(context), { afterMs: 1 });
  t.equal(await handler.remove(context), 'done');
});

const create = {
  service: '@aws-sdk/client-ecs',
  action: 'describeClusters',
  parameters: { clusters: ['a'] },
  physicalResourceId: { responsePath: 'clusters.0.clusterName' },
};

t.test("the CDK's AwsCustomResource makes its calls, and its attributes are what they answer", async (t) => {
  const handler = handlers.of('Custom::AWS');
  const { calls, context } = world({ Create: JSON.stringify(create) }, () => ({
    clusters: [{ clusterName: 'a', runningTasksCount: 2 }],
  }));
  t.same(await handler.create(context), {
    kind: 'done',
    physicalId: 'a',
    attributes: { 'clusters.0.clusterName': 'a', 'clusters.0.runningTasksCount': 2 },
  });
  t.same(calls, [['ecs', 'DescribeClusters', { clusters: ['a'] }]]);
});

t.test(
  'an AwsCustomResource calls with its id at its end, and not at all where it says nothing',
  async (t) => {
    const handler = handlers.of('Custom::AWS');
    const { calls, context } = world(
      {
        Delete: JSON.stringify({
          service: 'CloudWatchLogs',
          action: 'deleteLogGroup',
          parameters: { logGroupName: 'PHYSICAL:RESOURCEID:' },
        }),
      },
      undefined,
      { physicalId: 'it' },
    );
    t.match(await handler.update?.(context), { kind: 'done', physicalId: 'it' });
    t.equal(await handler.remove(context), 'done');
    t.same(calls, [['logs', 'DeleteLogGroup', { logGroupName: 'it' }]]);
  },
);

t.test('an AwsCustomResource fails with the call, but for errors that it is told to ignore', async (t) => {
  const handler = handlers.of('Custom::AWS');
  const refuse = (call: object) =>
    handler.create(
      world({ Create: JSON.stringify(call) }, () => {
        throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
      }).context,
    );
  await t.rejects(refuse(create), { message: 'Cluster not found.' });
  t.match(await refuse({ ...create, ignoreErrorCodesMatching: '.*NotFound.*' }), { kind: 'done' });
});

t.test('an AwsCustomResource whose service nobody serves is recorded, and says so', async (t) => {
  const handler = handlers.of('Custom::AWS');
  const { context } = world({ Create: JSON.stringify({ ...create, service: 'iot' }) }, () => {
    throw new NotServedError('iot', 'DescribeClusters');
  });
  t.match(await handler.create(context), { kind: 'done', note: /^Recorded only by ecsidecar: / });
});

t.test(
  "the CDK's exports of another region are parameters there, as long as they are exported",
  async (t) => {
    const handler = handlers.of('Custom::CrossRegionExportWriter');
    const calls: unknown[] = [];
    const exportsOf = (exports: JsonMap) => ({ WriterProps: { region: 'eu-west-1', exports } });
    const context = resourceContext({
      properties: exportsOf({ '/cdk/exports/b': '2' }),
      before: exportsOf({ '/cdk/exports/a': '1' }),
      callIn:
        (region) =>
        (_service, ...call) => {
          calls.push([region, ...call]);
          return Promise.resolve({});
        },
    });
    const put = { Name: '/cdk/exports/b', Value: '2', Type: 'String', Overwrite: true };
    await handler.update?.(context);
    t.same(calls.splice(0), [
      ['eu-west-1', 'PutParameter', put],
      ['eu-west-1', 'DeleteParameters', { Names: ['/cdk/exports/a'] }],
    ]);
    await handler.remove(context);
    t.same(calls, [['eu-west-1', 'DeleteParameters', { Names: ['/cdk/exports/b'] }]]);
  },
);

t.test("the CDK's imports of another region have their values and mark their parameters", async (t) => {
  const handler = handlers.of('Custom::CrossRegionExportReader');
  const importsOf = (imports: JsonMap) => ({ ReaderProps: { region: 'eu-west-1', prefix: 'App', imports } });
  const { calls, context } = world(importsOf({ '/x/b': '2' }), undefined, {
    before: importsOf({ '/x/a': '1' }),
  });
  t.match(await handler.update?.(context), { kind: 'done', attributes: { '/x/b': '2' } });
  const of = (ResourceId: string) => ({ ResourceType: 'Parameter', ResourceId });
  const Tags = [{ Key: 'aws-cdk:strong-ref:App', Value: 'true' }];
  t.same(calls, [
    ['ssm', 'AddTagsToResource', { ...of('/x/b'), Tags }],
    ['ssm', 'RemoveTagsFromResource', { ...of('/x/a'), TagKeys: ['aws-cdk:strong-ref:App'] }],
  ]);
  const gone = world(importsOf({ '/x/b': '2' }), () => {
    throw new AwsError('InvalidResourceId', 'it is gone');
  });
  t.equal(await handler.remove(gone.context), 'done');
});

t.test("the CDK's CfnJson has a value of its text, and a text of its value", async (t) => {
  const value = { a: [1, 'b'] };
  const parsed = await handlers
    .of('Custom::AWSCDKCfnJson')
    .create(world({ Value: JSON.stringify(value) }).context);
  t.match(parsed, { attributes: { Value: value } });
  const text = await handlers.of('Custom::AWSCDKCfnJsonStringify').create(world({ Value: value }).context);
  t.match(text, { attributes: { Value: JSON.stringify(value) } });
});
