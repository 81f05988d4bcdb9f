import t from 'tap';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { readTemplate } from '../../../../../src/apis/cloudformation/template/read-template.ts';

const yaml = (value: string): unknown => readTemplate(`v: ${value}`)['v'];
const words = (text: string): string => {
  try {
    readTemplate(text);
    return 'no error';
  } catch (error) {
    return error instanceof AwsError ? error.message : String(error);
  }
};

t.test('short forms of YAML are the functions that they stand for', (t) => {
  for (const [short, long] of [
    ['!Ref A', { Ref: 'A' }],
    ["!Ref 'AWS::Region'", { Ref: 'AWS::Region' }],
    ['!Condition C', { Condition: 'C' }],
    ['!GetAtt A.B.C', { 'Fn::GetAtt': ['A', 'B.C'] }],
    ['!GetAtt [A, B]', { 'Fn::GetAtt': ['A', 'B'] }],
    ['!Sub "${A}-x"', { 'Fn::Sub': '${A}-x' }],
    ["!GetAZs ''", { 'Fn::GetAZs': '' }],
    ['!GetAZs', { 'Fn::GetAZs': '' }],
    ['!Join ["-", [a, !Ref B]]', { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }],
    [
      '!Select [0, !GetAZs {Ref: "AWS::Region"}]',
      { 'Fn::Select': [0, { 'Fn::GetAZs': { Ref: 'AWS::Region' } }] },
    ],
    ['!If [C, !Ref A, !Ref "AWS::NoValue"]', { 'Fn::If': ['C', { Ref: 'A' }, { Ref: 'AWS::NoValue' }] }],
    ['!Not [!Equals [a, b]]', { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }],
    ['!Transform {Name: N}', { 'Fn::Transform': { Name: 'N' } }],
  ] as const)
    t.same(yaml(short), long, short);
  t.same(readTemplate('v: !Sub\n  - "${X}"\n  - X: !Select\n      - 1\n      - !Split [",", "a,b"]\n')['v'], {
    'Fn::Sub': ['${X}', { X: { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b'] }] } }],
  });
  t.end();
});

t.test('scalars are those of YAML 1.1 without dates, and numbers keep what they would lose', (t) => {
  for (const [text, value] of [
    ['2010-09-09', '2010-09-09'],
    ['2012-10-17', '2012-10-17'],
    ['yes', true],
    ['off', false],
    ['y', 'y'],
    ['n', 'n'],
    ['"yes"', 'yes'],
    ['0755', 493],
    ['012345678901', '012345678901'],
    ['123456789012', 123456789012],
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', '1.0'],
    ['0.25', 0.25],
    ['~x', '~x'],
    ['<<', '<<'],
  ] as const)
    t.same(yaml(text), value, text);
  t.same(readTemplate('{"v": [1.0, 1, 0.5, 12345678901234567890]}'), {
    v: ['1.0', 1, 0.5, '12345678901234567890'],
  });
  t.end();
});

t.test('the last of two keys of one name counts', (t) => {
  t.same(readTemplate('a: 1\na: 2'), { a: 2 });
  t.same(readTemplate('{"a": 1, "a": 2}'), { a: 2 });
  t.end();
});

t.test('keys that JavaScript knows are keys as any other', (t) => {
  for (const text of ['{"__proto__": {"x": 1}, "constructor": 2}', '__proto__: {x: 1}\nconstructor: 2']) {
    const read = readTemplate(text);
    t.same(Object.keys(read), ['__proto__', 'constructor']);
    t.equal(Object.getPrototypeOf(read), Object.prototype);
    t.equal((read as { x?: unknown }).x, undefined);
  }
  t.end();
});

t.test('what cannot be read is refused with its place', (t) => {
  for (const [text, message] of [
    ['  \n', 'Either Template URL or Template Body must be specified.'],
    ['{"a": 1', /^Template format error: JSON not well-formed\. \(line 1, column 8\)$/],
    ['{\n  "a": {,\n}', 'Template format error: JSON not well-formed. (line 2, column 9)'],
    ['a:\n  b: 1\n c: 2\n', /^Template format error: YAML not well-formed\. \(line 3, column \d+\)$/],
    ['a: !GetAttr B.C', 'Template format error: YAML not well-formed. (line 1, column 4)'],
    ['a: !!binary aaaa', /YAML not well-formed/],
    ['a: !!timestamp 2010-09-09', /YAML not well-formed/],
    ['./template.yaml', 'Template format error: unsupported structure.'],
    ['- a\n- b', 'Template format error: unsupported structure.'],
    ['a: &x 1\nb: *x', 'Template error: YAML aliases are not allowed in CloudFormation templates'],
    ['a: *x', 'Template error: YAML aliases are not allowed in CloudFormation templates'],
    [
      'a:\n  ? !Sub "${x}"\n  : 1',
      'Template format error: [/a] map keys must be strings; received a map instead',
    ],
    ['a: {[b]: 1}', 'Template format error: [/a] map keys must be strings; received a list instead'],
    ['Outputs:', "[/Outputs] 'null' values are not allowed in templates"],
    ['{"Outputs": {"O": {"Value": null}}}', "[/Outputs/O/Value] 'null' values are not allowed in templates"],
    [
      'Resources: {A: {Properties: {Name: }}}',
      "[/Resources/A/Type/Name] 'null' values are not allowed in templates",
    ],
    [
      'Resources: {A: {Properties: {Name: [a, ~]}}}',
      "[/Resources/A/Type/Name/1] 'null' values are not allowed in templates",
    ],
  ] as const)
    t.match(words(text), message, text);
  t.end();
});

t.test('a template that is nested without end is refused, not run into', (t) => {
  for (const depth of [1000, 20_000]) {
    t.match(
      words(`{"a": ${'['.repeat(depth)}${']'.repeat(depth)}}`),
      /nested more than 200 levels|not well-formed/,
    );
    t.match(
      words(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`),
      /nested more than 200 levels|not well-formed/,
    );
  }
  t.end();
});
