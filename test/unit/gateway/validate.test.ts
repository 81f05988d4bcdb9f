import fc from 'fast-check';
import t from 'tap';
import { createInputCheck } from '../../../src/gateway/validate.ts';
import type { Api } from '../../../src/model/api.ts';
import { AwsError } from '../../../src/model/aws-error.ts';

/** Says what it was asked to word. */
const words =
  (code: string) =>
  (...details: unknown[]): AwsError =>
    new AwsError(code, JSON.stringify(details));
const apiOf = (schema: string): Api => ({
  service: schema,
  wire: { protocol: 'awsJson', targetPrefix: 'X', timestamps: 'epochSeconds' },
  actions: {},
  schema,
  missingMember: words('missing'),
  invalidEnum: words('enum'),
  invalidValue: words('value'),
});
const ecs = apiOf('ecs');
const check = createInputCheck();

const containers = (definition: object) => ({
  family: 'f',
  containerDefinitions: [{ name: 'a', ...definition }],
});

t.test('members that are not known and those that are null are left out, at every depth', (t) => {
  const input = containers({
    more: 1,
    image: null,
    dockerLabels: { a: '1', gone: null },
    portMappings: [{ containerPort: 80, extra: {} }],
  });
  t.same(check(ecs, 'RegisterTaskDefinition', { ...input, taskRoleArn: null, other: [1] }), {
    family: 'f',
    containerDefinitions: [{ name: 'a', dockerLabels: { a: '1' }, portMappings: [{ containerPort: 80 }] }],
  });
  t.same(check(ecs, 'ListClusters', {}), {});
  t.end();
});

t.test("names that JavaScript's objects have of themselves are names like any other in a map", (t) => {
  const input: unknown = JSON.parse(
    '{"family":"f","constructor":1,"__proto__":{"x":1},"containerDefinitions":[{"name":"a","dockerLabels":{"__proto__":"p","constructor":"c"}}]}',
  );
  const known = check(ecs, 'RegisterTaskDefinition', input) as {
    containerDefinitions: [{ dockerLabels: object }];
  };
  t.same(Object.keys(known), ['family', 'containerDefinitions']);
  t.same(Object.entries(known.containerDefinitions[0].dockerLabels), [
    ['__proto__', 'p'],
    ['constructor', 'c'],
  ]);
  t.equal(Object.getPrototypeOf(known), Object.prototype);
  t.end();
});

t.test('the service words what is missing or not allowed, by the path as AWS writes it', (t) => {
  const cases: [string, unknown, string, unknown[]][] = [
    ['RunTask', {}, 'missing', ['RunTask', 'taskDefinition']],
    ['RunTask', { taskDefinition: null }, 'missing', ['RunTask', 'taskDefinition']],
    [
      'RegisterTaskDefinition',
      containers({ environmentFiles: [{ type: 's3', value: 'v' }, { type: 's3' }] }),
      'missing',
      ['RegisterTaskDefinition', 'containerDefinitions[0].environmentFiles[1].value'],
    ],
    [
      'RunTask',
      { taskDefinition: 'a', capacityProviderStrategy: [{ capacityProvider: 'p', weight: 1001 }] },
      'value',
      [
        'RunTask',
        'capacityProviderStrategy[0].weight',
        1001,
        'Member must have value less than or equal to 1000',
      ],
    ],
    [
      'RunTask',
      { taskDefinition: 'a', capacityProviderStrategy: [{ capacityProvider: 'p', base: -1 }] },
      'value',
      [
        'RunTask',
        'capacityProviderStrategy[0].base',
        -1,
        'Member must have value greater than or equal to 0',
      ],
    ],
    [
      'TagResource',
      { resourceArn: 'a', tags: [{ key: 'a*' }] },
      'value',
      [
        'TagResource',
        'tags[0].key',
        'a*',
        String.raw`Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`,
      ],
    ],
  ];
  for (const [action, input, code, details] of cases) {
    t.throws(() => check(ecs, action, input), { code, message: JSON.stringify(details) });
  }
  try {
    check(ecs, 'RunTask', { taskDefinition: 'a', launchType: 'MOON' });
    t.fail('an unknown launch type was taken');
  } catch (error) {
    t.match(error, { code: 'enum' });
    const [action, path, value, allowed] = JSON.parse((error as Error).message) as unknown[];
    t.same([action, path, value], ['RunTask', 'launchType', 'MOON']);
    t.same([...(allowed as string[])].sort(), ['EC2', 'EXTERNAL', 'FARGATE', 'MANAGED_INSTANCES']);
  }
  t.end();
});

t.test('a value of the wrong JSON type is a SerializationException', (t) => {
  const cases: [unknown, string][] = [
    [{ taskDefinition: 1 }, 'NUMBER_VALUE can not be converted to a String'],
    [{ taskDefinition: true }, 'TRUE_VALUE can not be converted to a String'],
    [{ taskDefinition: 'a', count: '2' }, 'STRING_VALUE can not be converted to an Integer'],
    [{ taskDefinition: 'a', count: 1.5 }, 'NUMBER_VALUE can not be converted to an Integer'],
    [{ taskDefinition: 'a', enableExecuteCommand: 'x' }, 'STRING_VALUE can not be converted to a Boolean'],
    [{ taskDefinition: ['a'] }, 'Start of list found where not expected.'],
    [{ taskDefinition: {} }, 'Start of structure or map found where not expected.'],
    [{ taskDefinition: 'a', tags: 'x' }, 'Unexpected field type'],
    [{ taskDefinition: 'a', overrides: 1 }, 'Unexpected field type'],
    [{ taskDefinition: 'a', overrides: [] }, 'Start of list found where not expected.'],
    [{ taskDefinition: 'a', tags: {} }, 'Start of structure or map found where not expected.'],
  ];
  for (const [input, message] of cases) {
    t.throws(() => check(ecs, 'RunTask', input), { code: 'SerializationException', message });
  }
  const nulls = { clusters: ['a', null] };
  t.throws(() => check(ecs, 'DescribeClusters', nulls), { code: 'SerializationException' }, 'null in a list');
  t.end();
});

t.test('an action without a schema, and an API without schemas, takes its input as it is', (t) => {
  const input = { any: [null] };
  t.equal(check({ ...ecs, schema: undefined } as unknown as Api, 'RunTask', input), input);
  t.equal(check(ecs, 'NoSuchAction', input), input);
  t.end();
});

t.test('whatever the input, it is taken or refused with an AwsError', (t) => {
  const member = fc.oneof(
    fc.constantFrom('family', 'containerDefinitions', 'name', 'dockerLabels', 'cpu', '__proto__', 'tags'),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue(),
      fc.array(tie('value')),
      fc.dictionary(member, tie('value')),
    ),
  }));
  const action = fc.constantFrom('RegisterTaskDefinition', 'RunTask', 'DescribeTasks', 'TagResource');
  fc.assert(
    fc.property(action, fc.dictionary(member, value), (name, input) => {
      try {
        check(ecs, name, input);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
      }
    }),
  );
  t.pass('200 of them');
  t.end();
});
