import t from 'tap';
import { denialBy, readPolicy } from '../../../../../src/apis/cloudformation/engine/stack-policy.ts';

const ALLOW = { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' };
const denial = (
  statements: readonly object[],
  action: 'Update:Modify' | 'Update:Replace' | 'Update:Delete' = 'Update:Modify',
): string | undefined =>
  denialBy(JSON.stringify({ Statement: statements }), action, { logicalId: 'Db', type: 'AWS::ECS::Service' });

t.test('what a stack policy denies', (t) => {
  const deny = (more: object) => [ALLOW, { Effect: 'Deny', Action: 'Update:*', Resource: '*', ...more }];
  const told = (action: string): string =>
    `Action denied by stack policy: Statement [#2] does not allow [${action}] for resource [Db]`;
  const cases: readonly (readonly [
    what: string,
    ...Parameters<typeof denial>,
    wanted: string | undefined,
  ])[] = [
    ['nothing, where all is allowed', [ALLOW], 'Update:Modify', undefined],
    [
      'all, where nothing is allowed',
      [],
      'Update:Modify',
      'Action denied by stack policy: No statement allows [Update:Modify] for resource [Db]',
    ],
    ['a resource', deny({ Resource: 'LogicalResourceId/Db' }), 'Update:Modify', told('Update:*')],
    [
      'by the beginning of its id',
      deny({ Resource: ['LogicalResourceId/D*'] }),
      'Update:Modify',
      told('Update:*'),
    ],
    ['no other one', deny({ Resource: 'LogicalResourceId/D' }), 'Update:Modify', undefined],
    ['all but one', deny({ NotResource: 'LogicalResourceId/Db' }), 'Update:Modify', undefined],
    [
      'an action',
      deny({ Action: ['Update:Replace', 'Update:Delete'] }),
      'Update:Delete',
      told('Update:Delete'),
    ],
    ['no other action', deny({ Action: 'Update:Replace' }), 'Update:Modify', undefined],
    [
      'all actions but one',
      deny({ Action: undefined, NotAction: 'Update:Modify' }),
      'Update:Replace',
      told('Update:Replace'),
    ],
    [
      'a type',
      deny({ Condition: { StringEquals: { ResourceType: ['AWS::ECS::Service'] } } }),
      'Update:Modify',
      told('Update:*'),
    ],
    [
      'a pattern of types',
      deny({ Condition: { StringLike: { ResourceType: 'AWS::*::S*e' } } }),
      'Update:Modify',
      told('Update:*'),
    ],
    [
      'no other type',
      deny({ Condition: { StringEquals: { ResourceType: 'AWS::ECS::Cluster' } } }),
      'Update:Modify',
      undefined,
    ],
  ];
  for (const [what, statements, action, wanted] of cases) t.equal(denial(statements, action), wanted, what);
  t.end();
});

t.test('a text that is no policy', (t) => {
  for (const text of ['', '{', '{}', 'null', '{"Statement":[1]}']) t.equal(readPolicy(text), undefined, text);
  t.strictSame(readPolicy('{"Statement":{}}'), [{}]);
  t.end();
});
