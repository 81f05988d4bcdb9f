import t from 'tap';
import {
  clusterAddress,
  nameOf,
  serviceAddress,
  taskAddress,
  taskDefinitionAddress,
} from '../../../../src/console/web/shared/addresses.ts';
import { plural } from '../../../../src/console/web/shared/plural.ts';
import { tagChanges } from '../../../../src/console/web/shared/tag-changes.ts';

const arn = (rest: string): string => `arn:aws:ecs:eu-west-1:123456789012:${rest}`;

t.test('each thing has an address of its own, from its ARN', (t) => {
  t.equal(clusterAddress('main'), '/clusters/main');
  t.equal(clusterAddress(arn('cluster/main')), '/clusters/main');
  t.equal(serviceAddress(arn('service/main/web')), '/services/main/web');
  t.equal(serviceAddress(arn('service/web')), '/services/default/web');
  t.equal(taskAddress(arn('task/main/0123abcd')), '/tasks/main/0123abcd');
  t.equal(taskDefinitionAddress('web'), '/task-definitions/web');
  t.equal(taskDefinitionAddress('web:3'), '/task-definitions/web/3');
  t.equal(taskDefinitionAddress(arn('task-definition/web:3')), '/task-definitions/web/3');
  t.equal(nameOf(arn('task-definition/web:3')), 'web:3');
  t.end();
});

t.test('nouns have their plural', (t) => {
  t.same(['task', 'family', 'capacity provider', 'key'].map(plural), [
    'tasks',
    'families',
    'capacity providers',
    'keys',
  ]);
  t.end();
});

t.test('of changed tags only what differs is called for', (t) => {
  const before = [
    { key: 'kept', value: '1' },
    { key: 'empty' },
    { key: 'changed', value: 'old' },
    { key: 'gone', value: '' },
  ];
  const after = [
    { key: 'kept', value: '1' },
    { key: 'empty', value: '' },
    { key: 'changed', value: 'new' },
    { key: 'fresh', value: 'x' },
  ];
  t.same(tagChanges(before, after), {
    put: [
      { key: 'changed', value: 'new' },
      { key: 'fresh', value: 'x' },
    ],
    removed: ['gone'],
  });
  t.end();
});
