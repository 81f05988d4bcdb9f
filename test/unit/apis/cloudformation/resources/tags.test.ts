import t from 'tap';
import {
  awsTags,
  ecsTags,
  stackTags,
  tagChanges,
  tagMap,
} from '../../../../../src/apis/cloudformation/resources/tags.ts';
import { taskTags } from '../../../../../src/model/new-task.ts';
import { isReservedKey } from '../../../../../src/model/tags.ts';
import { resourceContext } from './context.ts';

const context = resourceContext({
  isMarked: () => true,
  properties: {
    Tags: [
      { Key: 'own', Value: 1 },
      { Key: 'both', Value: 'own' },
    ],
  },
  tags: [
    { Key: 'stack', Value: 's' },
    { Key: 'both', Value: 'stack' },
  ],
});
const marks = {
  'aws:cloudformation:stack-name': 'demo',
  'aws:cloudformation:stack-id': context.stackId,
  'aws:cloudformation:logical-id': 'Thing',
};

t.test("a resource has its own tags, its stack's, of which its own win, and CloudFormation's marks", (t) => {
  const all = { stack: 's', both: 'own', own: '1' };
  t.strictSame(tagMap(context, 'logs'), { ...all, ...marks });
  t.strictSame(Object.fromEntries(ecsTags(context).map(({ key, value }) => [key, value])), {
    ...all,
    ...marks,
  });
  const unmarked = { ...context, isMarked: () => false };
  t.strictSame(tagMap(unmarked, 'logs'), all);
  t.strictSame(awsTags(unmarked, 'ssm'), stackTags(context));
  t.strictSame(tagMap({ ...unmarked, properties: { Tags: { a: 'b' } } }, 'ssm'), {
    stack: 's',
    both: 'stack',
    a: 'b',
  });
  t.end();
});

t.test('an update puts what is new or changed, and takes away what is gone from both', (t) => {
  const { put, gone } = tagChanges({
    ...context,
    before: {
      Tags: [
        { Key: 'own', Value: '1' },
        { Key: 'gone', Value: '' },
      ],
    },
    tagsBefore: [
      { Key: 'stack', Value: 'before' },
      { Key: 'gone of the stack', Value: '' },
      { Key: 'both', Value: 'own' },
    ],
  });
  t.strictSame(Object.fromEntries(put), { stack: 's' });
  t.strictSame(gone, ['gone of the stack', 'gone']);
  t.end();
});

t.test('only CloudFormation gives its marks, and tasks do not get them', (t) => {
  const user = { account: '0', region: 'r', principalArn: 'arn' };
  const cloudFormation = { ...user, isCloudFormation: true } as const;
  t.ok(isReservedKey('aws:cloudformation:stack-name', user));
  t.notOk(isReservedKey('aws:cloudformation:stack-name', cloudFormation));
  t.ok(isReservedKey('AWS:other', cloudFormation));
  t.notOk(isReservedKey('mine', user));
  t.strictSame(taskTags([], ecsTags(context), []), [
    { key: 'stack', value: 's' },
    { key: 'both', value: 'own' },
    { key: 'own', value: '1' },
  ]);
  t.end();
});
