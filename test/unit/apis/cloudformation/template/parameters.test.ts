import t from 'tap';
import { resolveParameters } from '../../../../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import type { ResolvedParameters } from '../../../../../src/apis/cloudformation/template/types.ts';
import { given, refused } from './helpers.ts';

const SSM = {
  '/t': { value: 'a, b', type: 'String' },
  '/t:1': { value: 'old', type: 'String' },
  '/list': { value: 'a, b ,c', type: 'StringList' },
  '/secure': { value: 's', type: 'SecureString' },
} as const;

const resolve = (
  declarations: object,
  values: Parameters<typeof resolveParameters>[1]['given'] = [],
  previous: Record<string, string> = {},
): Promise<ResolvedParameters> =>
  resolveParameters(
    parseTemplate(JSON.stringify({ Parameters: declarations, Resources: { A: { Type: 'T::A::A' } } })),
    {
      given: values,
      previous: new Map(Object.entries(previous)),
      ssmParameter: (name) => Promise.resolve(SSM[name as keyof typeof SSM]),
    },
  );

t.test('a value is given, of before, or the default', async (t) => {
  const declarations = { P: { Type: 'String', Default: 'd' }, Q: { Type: 'Number', Default: 5 } };
  const text = async (
    ...rest: [Parameters<typeof resolve>[1]?, Parameters<typeof resolve>[2]?]
  ): Promise<unknown> => (await resolve(declarations, ...rest)).get('P')?.text;
  t.equal(await text(), 'd');
  t.equal(await text(given({ P: '' })), '');
  t.equal(await text(given({ P: 'x' })), 'x');
  t.equal(await text([{ ParameterKey: 'P', UsePreviousValue: true }], { P: 'before' }), 'before');
  t.equal(await text([{ ParameterKey: 'P', UsePreviousValue: false, ParameterValue: 'x' }], { P: 'b' }), 'x');
  t.equal(await text([], { P: 'before' }), 'd', 'what was before does not come back by itself');
  t.equal((await resolve(declarations)).get('Q')?.value, '5');
});

t.test('lists and SSM parameters refer to what they stand for', async (t) => {
  const resolved = await resolve({
    List: { Type: 'CommaDelimitedList', Default: 'a, b ,c' },
    Empty: { Type: 'CommaDelimitedList', Default: '' },
    Numbers: { Type: 'List<Number>', Default: '1,2' },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>', Default: 's-1,s-2' },
    Text: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/t', NoEcho: true },
    Texts: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/list' },
    Old: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/t:1' },
    Dynamic: { Type: 'String', Default: 'x-{{resolve:ssm:/t:1}}-{{resolve:secretsmanager:s}}' },
    Name: { Type: 'AWS::SSM::Parameter::Name', Default: '/n' },
  });
  t.same(
    [...resolved].map(([name, { value }]) => [name, value]),
    [
      ['List', ['a', 'b', 'c']],
      ['Empty', []],
      ['Numbers', ['1', '2']],
      ['Subnets', ['s-1', 's-2']],
      ['Text', 'a, b'],
      ['Texts', ['a', 'b', 'c']],
      ['Old', 'old'],
      ['Dynamic', 'x-old-{{resolve:secretsmanager:s}}'],
      ['Name', '/n'],
    ],
  );
  t.match(resolved.get('Text'), { text: '/t', ssmValue: 'a, b', noEcho: true });
  // Source: measured against AWS by the project cfncompat: the spaces are gone.
  t.match(resolved.get('Texts'), { text: '/list', ssmValue: 'a,b,c' });
  t.match(resolved.get('Name'), { text: '/n', ssmValue: undefined, noEcho: false });
});

t.test('what a parameter asks for is kept, or refused in CloudFormation’s words', async (t) => {
  for (const [declaration, value, message] of [
    [{ Type: 'String', AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
    [
      { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
      'a,c',
      "Parameter 'P' must be one of AllowedValues",
    ],
    [{ Type: 'String', MinLength: 3 }, 'ab', "Parameter 'P' must contain at least 3 characters"],
    [{ Type: 'String', MaxLength: '3' }, 'abcd', "Parameter 'P' must contain at most 3 characters"],
    [{ Type: 'String', AllowedPattern: '[a-z]+' }, 'ab1', "Parameter 'P' must match pattern [a-z]+"],
    [
      { Type: 'String', AllowedPattern: '(?=.*[0-9])[a-z0-9]+' },
      'abc',
      "Parameter 'P' must match pattern (?=.*[0-9])[a-z0-9]+",
    ],
    [
      { Type: 'String', AllowedPattern: '[a-z' },
      'abc',
      "Parameter 'P' AllowedPattern must be a valid regular expression.",
    ],
    [
      { Type: 'String', AllowedPattern: '[a-z]+', ConstraintDescription: 'only letters' },
      '1',
      'Parameter P failed to satisfy constraint: only letters',
    ],
    [{ Type: 'Number' }, 'x', "Parameter 'P' must be a number."],
    [{ Type: 'Number' }, '', "Parameter 'P' must be a number."],
    [{ Type: 'Number', MinValue: 2 }, '1', "Parameter 'P' must be a number not less than 2"],
    [{ Type: 'Number', MaxValue: 3 }, '3.5', "Parameter 'P' must be a number not greater than 3"],
    [{ Type: 'List<Number>' }, '1,x', "Parameter 'P' must be a list of numbers."],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      'none',
      'Unable to fetch parameters [none] from parameter store for this account.',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      '/secure',
      'Parameters [/secure] referenced by template have types not supported by CloudFormation.',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>' },
      '/list',
      'Types for SSM parameters [/list] defined in CFN template and SSM are incompatible',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<CommaDelimitedList>' },
      '/t',
      'Types for SSM parameters [/t] defined in CFN template and SSM are incompatible',
    ],
    [
      { Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: ['a, b'] },
      '/t',
      "Parameter 'P' must be one of AllowedValues",
    ],
    [
      { Type: 'String' },
      '{{resolve:ssm:/t}}',
      'Template error: parameter P should not contain ssm versionless resolver',
    ],
  ] as const) {
    await refused(() => resolve({ P: declaration }, given({ P: value })), message, message);
    await refused(() => resolve({ P: { ...declaration, Default: value } }), message, `${message} (default)`);
  }
  for (const [declaration, value] of [
    [{ Type: 'String', AllowedValues: ['a', 1] }, '1'],
    [{ Type: 'String', AllowedPattern: '(?=.*[0-9])[a-z0-9]+' }, 'abc1'],
    [{ Type: 'Number', MinValue: 1, MaxValue: 3 }, '3'],
    [{ Type: 'String', MinLength: 0, MaxLength: 0 }, ''],
  ] as const)
    t.equal((await resolve({ P: declaration }, given({ P: value }))).get('P')?.text, value);
});

t.test('a pattern that looks ahead and takes too long is given up', async () => {
  await refused(
    () => resolve({ P: { Type: 'String', AllowedPattern: '(?=a)(a+)+b' } }, given({ P: 'a'.repeat(40) })),
    "Parameter 'P' AllowedPattern must be a valid regular expression.",
    'bounded',
  );
});

t.test('values that are missing or that nobody asks for are refused', async () => {
  await refused(
    () => resolve({ P: { Type: 'String' }, Q: { Type: 'String' }, R: { Type: 'String', Default: 'x' } }),
    'Parameters: [P, Q] must have values',
    'missing',
  );
  await refused(
    () => resolve({ P: { Type: 'String', Default: 'x' } }, given({ Z: '1', constructor: '2' })),
    'Parameters: [Z, constructor] do not exist in the template',
    'unknown',
  );
  await refused(
    () => resolve({}, given({ Z: '1' })),
    'Parameter values specified for a template which does not require them.',
    'none asked for',
  );
  await refused(
    () => resolve({ P: { Type: 'String' } }, [{ ParameterKey: 'P', UsePreviousValue: true }]),
    'Invalid input for parameter key P. Cannot specify usePreviousValue as true for a parameter key not in the previous template',
    'nothing before',
  );
  await refused(
    () =>
      resolve(
        { P: { Type: 'String' } },
        [{ ParameterKey: 'P', UsePreviousValue: true, ParameterValue: 'x' }],
        {
          P: 'y',
        },
      ),
    'Invalid input for parameter key P. Cannot specify usePreviousValue as true and non empty value for a parameter',
    'both',
  );
});
