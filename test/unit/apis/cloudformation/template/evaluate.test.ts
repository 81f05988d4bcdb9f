import t from 'tap';
import type { JsonValue } from '../../../../../src/apis/cloudformation/template/types.ts';
import { evaluated, made, planned, refused } from './helpers.ts';

const mappings = { Mappings: { M: { 'eu-central-1': { Ami: 'ami-1', Size: 2, List: ['l', 'm'] } } } };
const conditions = {
  Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
};
const parameters = {
  Parameters: {
    Env: { Type: 'String', Default: 'dev' },
    Subnets: { Type: 'CommaDelimitedList', Default: 's-1, s-2,s-3' },
    Ports: { Type: 'List<Number>', Default: '80,443' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' },
  },
};
const rest = { ...mappings, ...conditions, ...parameters };

t.test('every function gives what CloudFormation gives', async (t) => {
  for (const [value, wanted] of [
    [{ Ref: 'A' }, 'ref-A'],
    [{ Ref: 'Env' }, 'dev'],
    [{ Ref: 'Subnets' }, ['s-1', 's-2', 's-3']],
    [{ Ref: 'Ports' }, ['80', '443']],
    [{ Ref: 'Image' }, 'ssm-/image'],
    [{ Ref: 'AWS::AccountId' }, '123456789012'],
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'AWS::StackName' }, 'demo'],
    [{ Ref: 'AWS::StackId' }, 'arn:aws:cloudformation:eu-central-1:123456789012:stack/demo/1'],
    [{ Ref: 'AWS::NotificationARNs' }, ['arn:a', 'arn:b']],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::GetAtt': 'A.Outputs.X' }, 'A.Outputs.X'],
    [{ 'Fn::GetAtt': ['A', { Ref: 'Env' }] }, 'A.dev'],
    [{ 'Fn::GetAtt': ['A', 'List'] }, ['x', 'y']],
    [{ 'Fn::Join': ['-', ['a', 1, true, { Ref: 'A' }]] }, 'a-1-true-ref-A'],
    [{ 'Fn::Join': ['|', { Ref: 'Subnets' }] }, 's-1|s-2|s-3'],
    [{ 'Fn::Join': ['', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'ab'],
    [{ 'Fn::Join': [',', []] }, ''],
    [{ 'Fn::Split': [',', 'a,b,,c'] }, ['a', 'b', '', 'c']],
    [{ 'Fn::Split': ['|', { 'Fn::Join': ['|', { Ref: 'Subnets' }] }] }, ['s-1', 's-2', 's-3']],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['2', { Ref: 'Subnets' }] }, 's-3'],
    [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-central-1a'],
    [{ 'Fn::GetAZs': { Ref: 'AWS::Region' } }, ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']],
    [{ 'Fn::GetAZs': 'us-east-1' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    [{ 'Fn::If': ['Yes', 'a', { Ref: 'A' }] }, 'a'],
    [{ 'Fn::If': ['No', 'a', { Ref: 'A' }] }, 'ref-A'],
    [{ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'Ami'] }, 'ami-1'],
    [{ 'Fn::FindInMap': ['M', 'eu-central-1', 'Size'] }, 2],
    [{ 'Fn::FindInMap': ['M', 'eu-central-1', 'List'] }, ['l', 'm']],
    [{ 'Fn::FindInMap': ['M', 'nowhere', 'Ami', { DefaultValue: { Ref: 'Env' } }] }, 'dev'],
    [{ 'Fn::Base64': { 'Fn::Sub': '${Env}-ä' } }, 'ZGV2LcOk'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': '${Env}-x' } }, 'export-dev-x'],
    [
      { 'Fn::GetStackOutput': { StackName: { 'Fn::Sub': '${Env}-net' }, OutputName: 'Vpc' } },
      '123456789012/eu-central-1/dev-net/Vpc',
    ],
    [
      {
        'Fn::GetStackOutput': {
          StackName: 'net',
          OutputName: 'Vpc',
          Region: 'us-east-1',
          RoleArn: 'arn:aws:iam::111111111111:role/reader',
        },
      },
      '111111111111/us-east-1/net/Vpc',
    ],
    [{ 'Fn::Sub': 'a${A}b${A.Arn}c${AWS::Region}d${Env}' }, 'aref-AbA.Arnceu-central-1ddev'],
    [{ 'Fn::Sub': '${!Env}$${Env}$$ ${!A.B} {x} $Env' }, '${Env}$dev$$ ${A.B} {x} $Env'],
    [{ 'Fn::Sub': ['${Env}-${Own}', { Own: { Ref: 'A' }, Env: 'mine' }] }, 'mine-ref-A'],
    [{ 'Fn::Sub': ['${Own}', { Own: '${Env}' }] }, '${Env}'],
    [{ 'Fn::Sub': ['${ Own }/${ Env}', { Own: 'x' }] }, 'x/dev'],
    [
      { 'Fn::Cidr': ['192.168.0.0/24', 6, 5] },
      ['0', '32', '64', '96', '128', '160'].map((last) => `192.168.0.${last}/27`),
    ],
    [{ 'Fn::Cidr': ['10.0.7.9/16', '2', '8'] }, ['10.0.0.0/24', '10.0.1.0/24']],
    [
      { 'Fn::Cidr': ['2600:1f18:abc:de00::/56', 2, 64] },
      ['2600:1f18:abc:de00::/64', '2600:1f18:abc:de01::/64'],
    ],
    [{ 'Fn::Select': [1, { 'Fn::Cidr': ['0.0.0.0/0', 2, 31] }] }, '128.0.0.0/1'],
    [{ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
    [{ 'Fn::If': ['Yes', { Ref: 'AWS::NoValue' }, 1] }, ''],
    [{ Condition: { StringEquals: { a: { Ref: 'Env' } } } }, { Condition: { StringEquals: { a: 'dev' } } }],
    [
      { Ref: 'Env', Other: 1 },
      { Ref: 'Env', Other: 1 },
    ],
    ['{{resolve:ssm:/a:1}}', '{{resolve:ssm:/a:1}}'],
  ] as const)
    t.same(await evaluated(value, rest), { value: wanted, unknownPaths: [] }, JSON.stringify(value));
});

t.test('members that are AWS::NoValue are left out of a resource’s properties', async (t) => {
  const { value } = await evaluated(
    { Keep: 1, Drop: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } },
    rest,
  );
  t.same(value, { Keep: 1 });
});

t.test('what is not yet known is shown as AWS shows it, and where', async (t) => {
  const known = '{{changeSet:KNOWN_AFTER_APPLY}}';
  for (const [value, wanted, paths] of [
    [{ Ref: 'A' }, known, [[]]],
    [
      { a: [1, { Ref: 'A' }], b: { 'Fn::GetAtt': 'A.Arn' } },
      { a: [1, known], b: known },
      [['a', '1'], ['b']],
    ],
    // The form inside a text: recorded in LocalStack's tests against AWS.
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'A' }, '/x']] }, `arn:${known}/x`, [[]]],
    [{ 'Fn::Sub': 'a/${A}/${Env}' }, `a/${known}/dev`, [[]]],
    [{ 'Fn::Select': [0, ['a', { Ref: 'A' }]] }, 'a', []],
    [{ 'Fn::Select': [1, ['a', { Ref: 'A' }]] }, known, [[]]],
    [{ 'Fn::Select': [0, { 'Fn::GetAtt': 'A.List' }] }, known, [[]]],
    [{ 'Fn::Join': [',', { 'Fn::GetAtt': 'A.List' }] }, known, [[]]],
    [{ 'Fn::Split': [',', { Ref: 'A' }] }, known, [[]]],
    [{ 'Fn::Base64': { Ref: 'A' } }, known, [[]]],
    [{ 'Fn::Cidr': [{ 'Fn::GetAtt': 'A.CidrBlock' }, 2, 8] }, known, [[]]],
    [known, known, []],
  ] as const)
    t.same(
      await evaluated(value, rest, planned),
      { value: wanted, unknownPaths: paths },
      JSON.stringify(value),
    );
});

t.test('what cannot be evaluated is refused in CloudFormation’s words', async () => {
  for (const [value, message] of [
    [
      { 'Fn::FindInMap': ['M', 'nowhere', 'Ami'] },
      'Template error: Unable to get mapping for M::nowhere::Ami',
    ],
    [
      { 'Fn::FindInMap': ['M', '__proto__', 'constructor'] },
      'Template error: Unable to get mapping for M::__proto__::constructor',
    ],
    [
      { 'Fn::GetAtt': 'A.Nope' },
      'Template error: resource A does not support attribute type Nope in Fn::GetAtt',
    ],
    [{ 'Fn::ImportValue': 'gone' }, 'No export named gone found'],
    [
      { 'Fn::GetStackOutput': { StackName: 'gone', OutputName: 'X' } },
      'Stack gone in eu-central-1 has no output X.',
    ],
    [
      { 'Fn::GetStackOutput': { StackName: 'x' } },
      /Fn::GetStackOutput object requires a StackName and an OutputName/,
    ],
    [
      { 'Fn::Sub': '${Subnets}' },
      'Template error: variable Subnets in Fn::Sub expression does not resolve to a string',
    ],
    [
      { 'Fn::Sub': ['${X}', { X: { Ref: 'Subnets' } }] },
      'Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns a string',
    ],
    [
      { 'Fn::Select': [3, { Ref: 'Subnets' }] },
      'Template error: Fn::Select cannot select nonexistent value at index 3',
    ],
    [
      { 'Fn::Select': [{ Ref: 'Env' }, ['a']] },
      'Template error: Fn::Select requires a list argument with two elements: an integer index and a list',
    ],
    [{ 'Fn::Join': ['-', { Ref: 'Env' }] }, /every Fn::Join object requires two parameters/],
    [{ 'Fn::Join': ['-', [{ Ref: 'Subnets' }]] }, /every Fn::Join object requires two parameters/],
    [{ 'Fn::Split': ['-', { Ref: 'Subnets' }] }, /every Fn::Split object requires two parameters/],
    [{ 'Fn::Base64': { Ref: 'Subnets' } }, /every Fn::Base64 object must have a String-typed value/],
    [{ 'Fn::GetAZs': { Ref: 'Subnets' } }, /every Fn::GetAZs object must have a String-typed value/],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 9, 5] }, /every Fn::Cidr object requires three parameters/],
    [{ 'Fn::Cidr': ['10.0.0.256/24', 1, 5] }, /every Fn::Cidr object requires three parameters/],
    [{ 'Fn::Cidr': ['10.0.0.0/24', 257, 1] }, /every Fn::Cidr object requires three parameters/],
    [{ 'Fn::Cidr': ['10::1::/24', 1, 1] }, /every Fn::Cidr object requires three parameters/],
  ] as const)
    await refused(() => evaluated(value, rest, made), message, JSON.stringify(value));
});

t.test('functions within functions make no text that would fill the memory', async (t) => {
  const doubled = (inner: JsonValue): JsonValue => ({ 'Fn::Sub': ['${V}${V}${V}${V}', { V: inner }] });
  const joined = (inner: JsonValue): JsonValue => ({ 'Fn::Join': ['', { 'Fn::Split': ['x', inner] }] });
  const written = (inner: JsonValue): JsonValue => ({ 'Fn::ToJsonString': { a: inner } });
  const nested = (times: number, around: (inner: JsonValue) => JsonValue): JsonValue =>
    times === 0 ? '"' : around(nested(times - 1, around));
  for (const [name, value] of Object.entries({
    'Fn::Sub': nested(30, doubled),
    'Fn::Join': joined(nested(30, doubled)),
    'Fn::ToJsonString': nested(60, written),
    'Fn::Base64': nested(90, (inner) => ({ 'Fn::Base64': inner })),
  }))
    await refused(
      () => evaluated(value, { Transform: 'AWS::LanguageExtensions' }),
      /a text of more than 1000000 characters/,
      name,
    );
  t.equal((await evaluated(nested(9, doubled))).value, '"'.repeat(4 ** 9));
});
