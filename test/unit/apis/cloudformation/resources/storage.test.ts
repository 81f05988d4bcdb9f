import t from 'tap';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { NotServedError } from '../../../../../src/model/local-apis.ts';
import { resourceContext } from './context.ts';

const bucket = createHandlers().of('AWS::S3::Bucket');
const properties = { BucketName: 'b', Tags: [{ Key: 'a<b', Value: 'c&d' }] };

t.test('a bucket has its own tags and its stack’s', async (t) => {
  const calls: unknown[] = [];
  const context = resourceContext({
    properties,
    physicalId: 'b',
    tags: [{ Key: 'team', Value: 'x' }],
    call(_service, action, input) {
      calls.push([action, input['Document']]);
      return action === 'HeadBucket'
        ? Promise.reject(new AwsError('NoSuchBucket', 'not there', { status: 404 }))
        : Promise.resolve({});
    },
  });
  t.match(await bucket.create(context), { kind: 'done', physicalId: 'b' });
  const document = (tags: string): string =>
    `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${tags}</TagSet></Tagging>`;
  t.same(calls.at(-1), [
    'PutBucketSetting',
    document('<Tag><Key>team</Key><Value>x</Value></Tag><Tag><Key>a&lt;b</Key><Value>c&amp;d</Value></Tag>'),
  ]);
});

t.test('a bucket of an upstream that takes no tags is made all the same', async (t) => {
  const context = resourceContext({
    properties,
    physicalId: 'b',
    call(service, action) {
      if (action === 'HeadBucket')
        return Promise.reject(new AwsError('NoSuchBucket', 'not there', { status: 404 }));
      return action === 'CreateBucket'
        ? Promise.resolve({})
        : Promise.reject(new NotServedError(service, action));
    },
  });
  t.match(await bucket.create(context), { kind: 'done', physicalId: 'b' });
});
