import t from 'tap';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';

const words = (template: object): string => {
  try {
    parseTemplate(JSON.stringify(template));
    return 'no error';
  } catch (error) {
    return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
  }
};

const A = { Type: 'T::A::A' };
const with_ = (properties: unknown, rest: object = {}): object => ({
  Resources: { A, R: { ...A, Properties: { P: properties } } },
  ...rest,
});
const conditions = (condition: unknown): object => ({ Resources: { A }, Conditions: { C: condition } });
const format = 'Template format error: ';

t.test('sections and resources of the wrong form are refused in CloudFormation’s words', (t) => {
  for (const [template, message] of [
    [{}, `${format}At least one Resources member must be defined.`],
    [{ Resources: {} }, `${format}At least one Resources member must be defined.`],
    [{ Resources: { A }, Bogus: 1, More: 2 }, 'Invalid template property or properties [Bogus, More]'],
    [
      { Resources: { A }, AWSTemplateFormatVersion: '2011-01-01' },
      `${format}unsupported value for AWSTemplateFormatVersion.`,
    ],
    [
      { Resources: { A }, Description: 'x'.repeat(1025) },
      `${format}'Description' length is greater than 1024`,
    ],
    [{ Resources: { 'my-id': A } }, `${format}Resource name my-id is non alphanumeric.`],
    [{ Resources: { 'AWS::NoValue': A } }, `${format}Resource name AWS::NoValue is non alphanumeric.`],
    [{ Resources: { A: 'x' } }, `${format}Any Resources member must be an object.`],
    [{ Resources: { A: {} } }, `${format}[/Resources/A] Every Resources object must contain a Type member.`],
    [{ Resources: { A: { ...A, Invalid: 1 } } }, "Invalid template resource property 'Invalid'"],
    [
      { Resources: { A: { ...A, DependsOn: {} } } },
      `${format}DependsOn must be a string or list of strings.`,
    ],
    [{ Resources: { A: { ...A, DependsOn: [1] } } }, `${format}Every DependsOn value must be a string.`],
    [
      { Resources: { A: { ...A, DeletionPolicy: 'Keep' } } },
      `${format}Unrecognized DeletionPolicy Keep for resource A`,
    ],
    [
      { Resources: { A: { ...A, UpdateReplacePolicy: 'RetainExceptOnCreate' } } },
      `${format}Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource A`,
    ],
    [{ Resources: { A }, Mappings: { M: 'x' } }, `${format}Every Mappings member M must be a map`],
    [
      { Resources: { A }, Mappings: { M: { a: { b: {} } } } },
      `${format}Every Mappings attribute must be a String or a List.`,
    ],
    [{ Resources: { A }, Outputs: { O: {} } }, `${format}Every Outputs member must contain a Value object`],
    [
      { Resources: { A }, Outputs: { O: { Value: 1, Other: 2 } } },
      'Invalid output property or properties [Other]',
    ],
    [
      { Resources: { A }, Transform: { Parameters: {} } },
      'Key Name of transform definition must be a string.',
    ],
    [
      { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`R${index}`, A])) },
      `${format}Number of resources, 501, is greater than maximum allowed, 500`,
    ],
    [
      { Resources: { 'Fn::ForEach::L': [] } },
      `${format}[/Resources/Fn::ForEach::L] resource definition is malformed`,
    ],
  ] as const)
    t.equal(words(template), `ValidationError: ${message}`, message);
  t.end();
});

t.test('parameters of the wrong form are refused', (t) => {
  const parameter = (definition: object): object => ({ Resources: { A }, Parameters: { P: definition } });
  for (const [template, message] of [
    [parameter({}), `${format}Every Parameters object must contain a Type member.`],
    [parameter({ Type: 'Strin' }), `${format}Unrecognized parameter type: Strin`],
    [parameter({ Type: 'String', Default: {} }), `${format}Every Default member must be a string.`],
    [parameter({ Type: 'String', Bogus: 1 }), 'Invalid template parameter property or properties [Bogus]'],
    [
      parameter({ Type: 'String', MinValue: 1 }),
      "Template error: Parameter 'P' MinValue must be on a parameter of type Number",
    ],
    [
      parameter({ Type: 'Number', MaxLength: 1 }),
      "Template error: Parameter 'P' MaxLength must be on a parameter of type String",
    ],
    [
      parameter({ Type: 'Number', MinValue: 3, MaxValue: '1' }),
      "Template error: Parameter 'P' MinValue must be less than MaxValue.",
    ],
    [
      { Resources: { P: A }, Parameters: { P: { Type: 'String' } } },
      'Template error: all resources and parameters must have unique names. Common name(s):[P]',
    ],
  ] as const)
    t.equal(words(template), `ValidationError: ${message}`, message);
  for (const Type of [
    'String',
    'List<Number>',
    'AWS::EC2::VPC::Id',
    'List<AWS::EC2::Subnet::Id>',
    'AWS::SSM::Parameter::Name',
    'AWS::SSM::Parameter::Value<String>',
    'AWS::SSM::Parameter::Value<List<String>>',
    'AWS::SSM::Parameter::Value<CommaDelimitedList>',
    'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
    'AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>',
  ])
    t.equal(words(parameter({ Type })), 'no error', Type);
  t.end();
});

t.test('functions of the wrong form are refused in CloudFormation’s words', (t) => {
  const join =
    'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.';
  const select =
    'Template error: Fn::Select requires a list argument with two elements: an integer index and a list';
  const sub =
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string";
  const getAtt =
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute';
  const andOr = 'object requires a list of at least 2 and at most 10 boolean parameters.';
  for (const [template, message] of [
    [with_({ Ref: ['A'] }), 'Template error: All References must be of type string'],
    [with_({ 'Fn::Join': ['-', 'x'] }), join],
    [with_({ 'Fn::Join': ['-', ['x'], 'y'] }), join],
    [with_({ 'Fn::Join': [['-'], ['x']] }), join],
    [with_({ 'Fn::Select': ['x', ['a']] }), select],
    [with_({ 'Fn::Select': [-1, ['a']] }), select],
    [with_({ 'Fn::Select': [1, ['a']] }), select],
    [with_({ 'Fn::Select': [0, 'a'] }), select],
    [with_({ 'Fn::Select': [0] }), select],
    [
      with_({ 'Fn::Split': [','] }),
      'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    ],
    [with_({ 'Fn::Sub': {} }), sub],
    [with_({ 'Fn::Sub': ['a', 'b'] }), sub],
    [
      with_({ 'Fn::Sub': 'x${a-b}' }),
      'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
    ],
    [
      with_({ 'Fn::Sub': ['x', { 'a-b': 1 }] }),
      'Template error: every key of the context object of every Fn::Sub object must contain only alphanumeric characters and underscores',
    ],
    [
      with_({ 'Fn::Sub': ['x', { a: [] }] }),
      'Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns a string',
    ],
    [with_({ 'Fn::GetAtt': 'A' }), getAtt],
    [with_({ 'Fn::GetAtt': ['A', ''] }), getAtt],
    [with_({ 'Fn::GetAtt': ['A', 'B', 'C'] }), getAtt],
    [
      with_({ 'Fn::FindInMap': ['M', 'a'] }),
      'Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    ],
    [with_({ 'Fn::Base64': [] }), 'Template error: every Fn::Base64 object must have a String-typed value.'],
    [
      with_({ 'Fn::If': [] }),
      'Template error: Fn::If requires a list argument with the first element being a condition',
    ],
    [with_({ 'Fn::If': ['C', 1] }), 'Template error: Fn::If requires a list argument with three elements'],
    [
      conditions({ 'Fn::Equals': ['a'] }),
      'Template error: every Fn::Equals object requires a list of 2 string parameters.',
    ],
    [conditions({ 'Fn::And': [{ 'Fn::Equals': ['a', 'b'] }] }), `Template error: every Fn::And ${andOr}`],
    [conditions({ 'Fn::Or': [] }), `Template error: every Fn::Or ${andOr}`],
    [conditions({ 'Fn::Not': [] }), 'Template error: Fn::Not requires a list argument with one element'],
    [
      conditions('yes'),
      `${format}Conditions can only be boolean operations on parameters and other conditions`,
    ],
    [
      with_({ 'Fn::Nope': 'x' }),
      /^ValidationError: Template Error: Encountered unsupported function: Fn::Nope Supported functions are: \[Fn::Base64, /,
    ],
    [
      with_('{{resolve:ssm:/a:prod}}'),
      'Incorrect format is used in the following SSM reference: [{{resolve:ssm:/a:prod}}]',
    ],
    [with_({ 'Fn::Length': [] }), /unsupported function: Fn::Length/],
    [with_({ 'Fn::Equals': ['a', 'b'] }), /Fn::Equals can be used in the Conditions and Rules sections only/],
    [
      with_({ 'Fn::Transform': { Name: 'Mine' }, Other: 1 }),
      /^ValidationError: Transform Mine is not built in ecsidecar: macros of an account are Lambda functions\./,
    ],
  ] as const)
    t.match(words(template), typeof message === 'string' ? `ValidationError: ${message}` : message);
  t.end();
});

t.test('what is referred to has to be there, on branches not taken as well', (t) => {
  const missing = (names: string, block = 'Resources'): string =>
    `${format}Unresolved resource dependencies [${names}] in the ${block} block of the template`;
  const condition = { Conditions: { C: { 'Fn::Equals': ['a', 'b'] } } };
  for (const [template, message] of [
    [with_({ Ref: 'Nope' }), missing('Nope')],
    [with_([{ Ref: 'Nope' }, { 'Fn::Sub': '${Other}' }, { Ref: 'Nope' }]), missing('Nope, Other')],
    [with_({ 'Fn::If': ['C', 'x', { Ref: 'Nope' }] }, condition), missing('Nope')],
    [{ Resources: { A: { ...A, DependsOn: 'Nope' } } }, missing('Nope')],
    [with_({ Ref: 'constructor' }), missing('constructor')],
    [with_({ Ref: '__proto__' }), missing('__proto__')],
    [with_({ Ref: 'AWS::Nope' }), missing('AWS::Nope')],
    [
      with_({ 'Fn::GetAtt': ['Nope', 'Arn'] }),
      'Template error: instance of Fn::GetAtt references undefined resource Nope',
    ],
    [
      with_({ 'Fn::Sub': '${Nope.Arn}' }),
      'Template error: instance of Fn::Sub references invalid resource attribute Nope.Arn',
    ],
    [
      { Resources: { A }, Outputs: { O: { Value: { Ref: 'Nope' } } } },
      'Unresolved resource dependencies [Nope] in the Outputs block of the template',
    ],
    [
      with_({ 'Fn::If': ['Nope', 'a', 'b'] }),
      'Template error: unresolved condition dependency Nope in Fn::If',
    ],
    [conditions({ Condition: 'Nope' }), 'Template error: unresolved condition dependency Nope in Condition'],
    [
      { Resources: { A: { ...A, Condition: 'Nope' } } },
      `${format}Unresolved condition dependency Nope in the Resources block of the template`,
    ],
    [
      conditions({ 'Fn::Equals': [{ Ref: 'A' }, 'x'] }),
      `${format}Unresolved dependencies [A]. Cannot reference resources in the Conditions block of the template`,
    ],
    [
      with_({ 'Fn::FindInMap': ['Nope', 'a', 'b'] }),
      "Template error: Mapping named 'Nope' is not present in the 'Mappings' section of template.",
    ],
    [
      with_({ 'Fn::ImportValue': { 'Fn::Join': ['', [{ Ref: 'A' }]] } }),
      'Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs',
    ],
    [
      { Resources: { A }, Outputs: { O: { Value: 1, Export: { Name: { Ref: 'A' } } } } },
      `${format}Output O is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.`,
    ],
  ] as const)
    t.equal(words(template), `ValidationError: ${message}`);
  t.equal(words(with_({ 'Fn::Sub': ['${Own}', { Own: 'x' }] })), 'no error');
  t.equal(words({ Resources: { A: { Type: 'Custom::A', Version: '1.0' } } }), 'no error');
  t.equal(
    words({ Resources: { A }, Conditions: { 'A&B-C': { 'Fn::Equals': ['a', 'b'] } } }),
    'no error',
    'names of conditions are free',
  );
  t.equal(
    words(with_({ Condition: { StringEquals: {} }, Ref: 1 })),
    'no error',
    'an object with further members',
  );
  t.end();
});

t.test('a template’s sections are read', (t) => {
  const template = parseTemplate(
    `
AWSTemplateFormatVersion: 2010-09-09
Description: demo
Parameters:
  Env: {Type: String, Default: dev, NoEcho: "true", AllowedValues: [dev, 1]}
Mappings:
  M: {a: {b: [1, 2]}}
Conditions:
  C: !Equals [!Ref Env, dev]
Resources:
  __proto2: {Type: A}
  constructor: {Type: T, DependsOn: A, Condition: C, DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Retain}
  A: {Type: T, Properties: {a: 1}}
Outputs:
  O: {Value: !Ref A, Export: {Name: !Sub "\${Env}-o"}}
`.replace('  __proto2: {Type: A}\n', ''),
  );
  t.equal(template.description, 'demo');
  t.match(template.parameters.get('Env'), { defaultValue: 'dev', noEcho: true, allowedValues: ['dev', '1'] });
  t.same(template.mappings.get('M')?.get('a')?.get('b'), [1, 2]);
  t.match(template.resources.get('constructor'), {
    dependsOn: ['A'],
    condition: 'C',
    deletionPolicy: 'RetainExceptOnCreate',
    updateReplacePolicy: 'Retain',
  });
  t.same(template.outputs.get('O')?.exportName, { 'Fn::Sub': '${Env}-o' });
  t.end();
});
