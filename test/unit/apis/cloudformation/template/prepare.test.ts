import t from 'tap';
import { prepare, refused } from './helpers.ts';

const A = { Type: 'T::A::A' };
const uses = (...ids: string[]): object => ({ ...A, Properties: { P: ids.map((Ref) => ({ Ref })) } });

t.test('conditions decide which resources and outputs there are', async (t) => {
  const template = {
    Parameters: { Env: { Type: 'String', Default: 'dev' }, Size: { Type: 'Number', Default: 1 } },
    Mappings: { M: { dev: { Big: 'no' }, prod: { Big: 'yes' } } },
    Conditions: {
      Prod: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
      One: { 'Fn::Equals': [{ Ref: 'Size' }, 1] },
      Both: { 'Fn::And': [{ Condition: 'Prod' }, { Condition: 'One' }] },
      Either: { 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'One' }] },
      NotProd: { 'Fn::Not': [{ Condition: 'Prod' }] },
      Mapped: { 'Fn::Equals': [{ 'Fn::FindInMap': ['M', { Ref: 'Env' }, 'Big'] }, 'yes'] },
      Lists: { 'Fn::Equals': [{ 'Fn::Split': [',', 'a,b'] }, ['a', 'b']] },
      Nested: { 'Fn::Equals': [{ 'Fn::If': ['Prod', 'x', 'y'] }, 'y'] },
    },
    Resources: { Always: A, OnlyProd: { ...A, Condition: 'Prod' }, OnlyDev: { ...A, Condition: 'NotProd' } },
    Outputs: { O: { Value: 1, Condition: 'Prod' }, Q: { Value: 2 } },
  };
  const dev = await prepare(template);
  t.same(Object.fromEntries(dev.conditions), {
    Prod: false,
    One: true,
    Both: false,
    Either: true,
    NotProd: true,
    Mapped: false,
    Lists: true,
    Nested: true,
  });
  t.same([...dev.resources.keys()], ['Always', 'OnlyDev']);
  t.same([...dev.outputs.keys()], ['Q']);
  const prod = await prepare(template, { Env: 'prod' });
  t.same([...prod.resources.keys()], ['Always', 'OnlyProd']);
  t.same([prod.conditions.get('Mapped'), prod.conditions.get('Both')], [true, true]);
});

t.test('conditions that need each other are refused', () =>
  refused(
    () =>
      prepare({
        Conditions: {
          X: { 'Fn::Not': [{ Condition: 'Y' }] },
          Y: { 'Fn::Not': [{ Condition: 'X' }] },
        },
        Resources: { A },
      }),
    'Template error: Found circular condition dependency: [X, Y]',
    'circle',
  ),
);

t.test('services by capacity providers come after what gives their cluster its providers', async (t) => {
  const associations = (Cluster: unknown, more: object = {}) => ({
    Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    Properties: { Cluster },
    ...more,
  });
  const service = (Cluster: unknown, more: object = {}) => ({
    Type: 'AWS::ECS::Service',
    Properties: { Cluster, ...more },
  });
  const { dependencies, resources } = await prepare({
    Resources: {
      Spot: service({ 'Fn::GetAtt': ['One', 'Arn'] }),
      Named: service('two'),
      Fargate: service({ Ref: 'One' }, { LaunchType: 'FARGATE' }),
      Circle: service({ Ref: 'Three' }),
      One: A,
      Three: A,
      OfOne: associations({ Ref: 'One' }),
      OfTwo: associations('two'),
      OfThree: associations({ Ref: 'Three' }, { DependsOn: 'Between' }),
      Between: { ...A, DependsOn: 'Circle' },
    },
  });
  const needs = (id: string): string[] => [...(dependencies.get(id) ?? [])];
  t.same(needs('Spot'), ['One', 'OfOne']);
  t.same(needs('Named'), ['OfTwo']);
  t.same(needs('Fargate'), ['One']);
  t.same(needs('Circle'), ['Three'], 'no circle is made');
  const order = [...resources.keys()];
  t.ok(order.indexOf('Spot') > order.indexOf('OfOne'));
});

t.test('resources come after what they depend on, by any function and by DependsOn', async (t) => {
  const { resources, dependencies } = await prepare({
    Resources: {
      F: { ...A, DependsOn: ['E', 'D'] },
      E: { ...A, Properties: { P: { 'Fn::Sub': ['${D}-${X}', { X: { 'Fn::GetAtt': 'C.Arn' } }] } } },
      D: { ...A, Properties: { P: { 'Fn::Join': ['', [{ Ref: 'B' }]] } } },
      C: { ...A, Metadata: { M: { Ref: 'B' } } },
      B: { ...A, UpdatePolicy: { U: { 'Fn::Sub': '${A.Arn}' } } },
      A,
    },
  });
  t.same([...resources.keys()], ['A', 'B', 'D', 'C', 'E', 'F']);
  t.same([...(dependencies.get('E') ?? [])].sort(), ['C', 'D']);
  t.same([...(dependencies.get('A') ?? ['x'])], []);
});

t.test('a branch that is not taken needs nothing', async (t) => {
  const { dependencies } = await prepare({
    Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
    Resources: {
      A,
      Gone: { ...A, Condition: 'No' },
      B: { ...A, Properties: { P: { 'Fn::If': ['No', { Ref: 'Gone' }, { Ref: 'A' }] } } },
    },
  });
  t.same([...(dependencies.get('B') ?? [])], ['A']);
});

t.test('DependsOn may name a resource that its condition leaves out, functions may not', async (t) => {
  const template = (resource: object, rest: object = {}): object => ({
    Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Gone: { ...A, Condition: 'No' }, B: resource },
    ...rest,
  });
  const { resources } = await prepare(template({ ...A, DependsOn: 'Gone' }));
  t.same([...resources.keys()], ['B']);
  const message =
    'Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template';
  await refused(() => prepare(template(uses('Gone'))), message, 'Ref');
  await refused(
    () => prepare(template({ ...A, Properties: { P: { 'Fn::GetAtt': 'Gone.Arn' } } })),
    message,
    'GetAtt',
  );
  await refused(
    () => prepare(template(A, { Outputs: { O: { Value: { Ref: 'Gone' } } } })),
    'Unresolved resource dependencies [Gone] in the Outputs block of the template',
    'output',
  );
});

t.test('circles are refused, and name those that are in them', async () => {
  await refused(
    () => prepare({ Resources: { A: uses('B'), B: uses('A') } }),
    'Circular dependency between resources: [A, B]',
    'two',
  );
  await refused(
    () => prepare({ Resources: { A: uses('A') } }),
    'Circular dependency between resources: [A]',
    'itself',
  );
  await refused(
    () =>
      prepare({
        Resources: { Free: A, X: uses('Free'), A: uses('B', 'X'), B: uses('A'), Behind: uses('B') },
      }),
    'Circular dependency between resources: [A, B]',
    'with others around',
  );
});

t.test('rules are kept, or tell what they ask for', async (t) => {
  const template = (assert: object, condition?: object): object => ({
    Parameters: {
      Version: { Type: 'String', Default: '6' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    },
    Rules: {
      R: {
        ...(condition && { RuleCondition: condition }),
        Assertions: [{ Assert: assert, AssertDescription: 'Please run cdk bootstrap.' }],
      },
    },
    Resources: { A },
  });
  // What CDK writes into its templates.
  const bootstrap = { 'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'Version' }] }] };
  t.ok(await prepare(template(bootstrap)));
  t.ok(await prepare(template({ 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a', 'b', 'c']] })));
  t.ok(await prepare(template({ 'Fn::EachMemberEquals': [['x', 'x'], 'x'] })));
  t.ok(
    await prepare(template(bootstrap, { 'Fn::Equals': ['a', 'b'] }), { Version: '3' }),
    'its condition is false',
  );
  const message = /Please run cdk bootstrap\.$/;
  await refused(() => prepare(template(bootstrap), { Version: '5' }), message, 'Contains');
  await refused(
    () => prepare(template({ 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a']] })),
    message,
    'EachMemberIn',
  );
  await refused(
    () => prepare(template({ 'Fn::EachMemberEquals': [{ Ref: 'Zones' }, 'a'] })),
    message,
    'EachMemberEquals',
  );
});

t.test('a transform that is not built is named; one that has nothing to do is passed over', async (t) => {
  const sam = (type: string): object => ({
    Transform: 'AWS::Serverless-2016-10-31',
    Globals: { Function: {} },
    Resources: { A: { ...A, Type: type } },
  });
  await refused(
    () => prepare(sam('AWS::Serverless::Function')),
    /^Transform AWS::Serverless-2016-10-31 is not built in ecsidecar: it makes Lambda functions/,
    'SAM',
  );
  t.same([...(await prepare(sam('AWS::ECS::Cluster'))).resources.keys()], ['A']);
  const rotation = (properties: object): object => ({
    Transform: 'AWS::SecretsManager-2020-07-23',
    Resources: { A: { Type: 'AWS::SecretsManager::RotationSchedule', Properties: properties } },
  });
  await refused(
    () => prepare(rotation({ HostedRotationLambda: {} })),
    /rotate secrets/,
    'a function is to be made',
  );
  t.ok(await prepare(rotation({ SecretId: 'x' })));
  t.ok(
    await prepare({
      Transform: ['AWS::CodeDeployBlueGreen'],
      Hooks: { H: { Type: 'AWS::CodeDeploy::BlueGreen', Properties: {} } },
      Resources: { A },
    }),
    'ECS replaces task sets itself',
  );
  await refused(
    () => prepare({ Transform: 'Own', Resources: { A } }),
    /^Transform Own is not built/,
    'macro',
  );
});

t.test('an export’s name has letters, digits, colons and hyphens', async (t) => {
  const template = (Name: unknown): object => ({
    Parameters: { Domain: { Type: 'String', Default: 'a.example' } },
    Resources: { A },
    Outputs: { O: { Value: 1, Export: { Name } } },
  });
  t.ok(await prepare(template({ 'Fn::Sub': '${AWS::StackName}:Vpc-1' })));
  for (const name of [{ 'Fn::Sub': 'x-${Domain}' }, 'a_b', '', { Ref: 'AWS::NoValue' }])
    await refused(
      () => prepare(template(name)),
      'Template format error: Output O is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.',
      JSON.stringify(name),
    );
});
