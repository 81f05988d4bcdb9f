import fc from 'fast-check';
import t from 'tap';
import { ClusterQueryError, parseClusterQuery } from '../../../src/model/cluster-query.ts';
import { instanceView } from '../../support/instances.ts';

const view = {
  ...instanceView('abcdef0123456789abcdef0123456789', {
    attributes: [
      { name: 'ecs.instance-type', value: 'g2.large' },
      { name: 'stack', value: 'prod' },
      { name: 'tag/only' },
    ],
  }),
  runningTasksCount: 3,
  tasksByGroup: new Map([
    ['service:production', 2],
    ['family:job', 1],
  ]),
};

/** Source of the forms: ECS developer guide, cluster query language. */
const TABLE: readonly (readonly [expression: string, holds: boolean])[] = [
  ['attribute:ecs.instance-type == g2.large', true],
  ['attribute:ecs.instance-type == t2.small', false],
  ['attribute:stack==prod', true],
  ["attribute:stack == 'prod'", true],
  ['attribute:stack equals prod', true],
  ['attribute:stack != prod', false],
  ['attribute:absent != prod', true],
  ['attribute:stack not_equals test', true],
  ['attribute:ecs.availability-zone in [us-east-1a, us-east-1b]', true],
  ['attribute:ecs.availability-zone !in [us-east-1a]', false],
  ['attribute:ecs.availability-zone not_in [us-east-1b]', true],
  ['attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d', true],
  ['attribute:ecs.instance-type =~ g2', false],
  ['attribute:ecs.instance-type matches (g2|t2)\\..*', true],
  ['(attribute:ecs.instance-type =~ (g2|t2).*)', true],
  ['attribute:ecs.instance-type !~ t2.*', true],
  ['attribute:stack exists', true],
  ['attribute:tag/only exists', true],
  ['attribute:absent exists', false],
  ['attribute:absent !exists', true],
  ['attribute:absent not_exists', true],
  ['task:group == service:production', true],
  ['task:group == service:other', false],
  ['not(task:group == database)', true],
  ['!(task:group == family:job)', false],
  ['task:group in [family:job, x]', true],
  ['task:group != family:job', false],
  ['runningTasksCount == 3', true],
  ['runningTasksCount less_than_equal 2', false],
  ['runningTasksCount > 2 && runningTasksCount < 4', true],
  ['agentVersion < 1.14.5', false],
  ['agentVersion >= 1.105', true],
  ['registeredAt < 2026-01-02', true],
  ['registeredAt >= 2026-01-01T00:00:00', true],
  ['registeredAt > 2026-01-01T01:00:00+01:00', false],
  ["ec2InstanceId in ['i-9abcdef0123456789','i-wxyx7890']", true],
  ['agentConnected == true', true],
  ['attribute:stack == test or attribute:stack == prod and runningTasksCount == 0', false],
  ['(attribute:stack == prod or attribute:stack == test) and runningTasksCount == 3', true],
  ['attribute:stack == prod || runningTasksCount == 0', true],
];

t.test('expressions select instances as the developer guide says', (t) => {
  for (const [expression, holds] of TABLE) t.equal(parseClusterQuery(expression)(view), holds, expression);
  t.end();
});

t.test('what is no expression is refused, and says where', (t) => {
  const refused: readonly (readonly [string, string])[] = [
    ['', 'it ends too early'],
    ['attribute:stack', 'it ends too early'],
    ['attribute:stack == ', 'it ends too early'],
    ['nonsense == 1', 'nonsense is no subject'],
    ['constructor == 1', 'constructor is no subject'],
    ['__proto__ exists', '__proto__ is no subject'],
    ['agentVersion constructor 1', "unexpected 'constructor'"],
    ['agentVersion __proto__ 1', "unexpected '__proto__'"],
    ['attribute:stack <> prod', 'attribute:stack cannot be asked for less_than'],
    ['attribute:stack > prod', 'attribute:stack cannot be asked for greater_than'],
    ['runningTasksCount =~ 1', 'runningTasksCount cannot be asked for matches'],
    ['attribute:stack in prod', "unexpected 'prod'"],
    ['(attribute:stack == prod', 'it ends too early'],
    ['attribute:stack == prod)', "unexpected ')'"],
    ['attribute:stack == prod attribute:x exists', "unexpected 'attribute:x'"],
    ['attribute:stack =~ [', '[ is no regular expression'],
    [`attribute:stack == ${'x'.repeat(2000)}`, 'it is longer than 2000 characters'],
  ];
  for (const [expression, message] of refused)
    t.throws(() => parseClusterQuery(expression), new ClusterQueryError(message), expression);
  t.end();
});

t.test('any text is read or refused in the same way', (t) => {
  const part = fc.constantFrom(
    ...[
      'attribute:stack',
      'task:group',
      '==',
      '!=',
      'in',
      '[',
      ']',
      ',',
      '(',
      ')',
      'not',
      'and',
      'or',
      'prod',
      "'",
    ],
    ...['!', '=~', 'runningTasksCount', '3', 'exists', 'not_exists', ''],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 12 }), (parts) => {
      try {
        parseClusterQuery(parts.join(' '))(view);
      } catch (error) {
        if (!(error instanceof ClusterQueryError)) throw error;
      }
    }),
  );
  t.end();
});
