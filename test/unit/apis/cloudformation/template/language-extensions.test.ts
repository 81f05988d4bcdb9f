import t from 'tap';
import { evaluate } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import type { JsonValue } from '../../../../../src/apis/cloudformation/template/types.ts';
import { evaluated, made, planned, prepare, refused } from './helpers.ts';

const Transform = 'AWS::LanguageExtensions';
const A = { Type: 'T::A::A' };

async function expanded(template: object, parameters: Record<string, string> = {}): Promise<JsonValue> {
  const prepared = await prepare({ Transform, ...template }, parameters);
  return Object.fromEntries(
    [...prepared.resources].map(([id, { properties }]) => [id, evaluate(properties, prepared, made).value]),
  );
}

t.test('a loop makes a resource for each item, in its keys, Ref and Fn::Sub', async (t) => {
  const template = {
    Parameters: { Names: { Type: 'CommaDelimitedList', Default: 'a,b' } },
    Resources: {
      'Fn::ForEach::Loop': [
        'Name',
        { Ref: 'Names' },
        {
          'Q${Name}': {
            ...A,
            Properties: {
              Name: { Ref: 'Name' },
              Text: { 'Fn::Sub': '${Name}-${AWS::Region}' },
              Plain: '${Name}',
            },
          },
        },
      ],
    },
  };
  t.same(await expanded(template), {
    Qa: { Name: 'a', Text: 'a-eu-central-1', Plain: '${Name}' },
    Qb: { Name: 'b', Text: 'b-eu-central-1', Plain: '${Name}' },
  });
  t.same(Object.keys((await expanded(template, { Names: 'x' })) as object), ['Qx']);
});

t.test('loops nest, stand in properties, and make names of letters and digits', async (t) => {
  t.same(
    await expanded({
      Resources: {
        'Fn::ForEach::Outer': [
          'O',
          ['x', 'y'],
          {
            'Fn::ForEach::Inner': [
              'I',
              ['1.1', '2.2'],
              {
                'R${O}&{I}': {
                  ...A,
                  Properties: { P: { 'Fn::Sub': ['${O}${I}${V}', { V: { Ref: 'I' } }] } },
                },
              },
            ],
          },
        ],
        Last: {
          ...A,
          Properties: { 'Fn::ForEach::Tags': ['T', ['a', 'b'], { 'Key${T}': { Ref: 'T' } }], Other: 1 },
        },
      },
    }),
    {
      Rx11: { P: 'x1.11.1' },
      Rx22: { P: 'x2.22.2' },
      Ry11: { P: 'y1.11.1' },
      Ry22: { P: 'y2.22.2' },
      Last: { Keya: 'a', Keyb: 'b', Other: 1 },
    },
  );
});

t.test('conditions and outputs have loops, and what a loop makes is referred to', async (t) => {
  const prepared = await prepare({
    Transform,
    Conditions: { 'Fn::ForEach::C': ['N', ['a', 'b'], { 'Is${N}': { 'Fn::Equals': [{ Ref: 'N' }, 'a'] } }] },
    Resources: {
      'Fn::ForEach::R': ['N', ['a', 'b'], { 'R${N}': { ...A, Condition: { 'Fn::Sub': 'Is${N}' } } }],
    },
    Outputs: {
      'Fn::ForEach::O': [
        'N',
        ['a'],
        { 'O${N}': { Value: { 'Fn::GetAtt': [{ 'Fn::Sub': 'R${N}' }, 'Arn'] } } },
      ],
      P: { Value: { Ref: { 'Fn::Join': ['', ['R', 'a']] } } },
    },
  });
  t.same([...prepared.resources.keys()], ['Ra']);
  t.same(evaluate(prepared.outputs.get('Oa')?.value ?? '', prepared, made).value, 'Ra.Arn');
  t.same(evaluate(prepared.outputs.get('P')?.value ?? '', prepared, made).value, 'ref-Ra');
});

t.test('policies may be functions that are known before anything is made', async (t) => {
  const { resources } = await prepare({
    Transform,
    Parameters: { Keep: { Type: 'String', Default: 'Retain' } },
    Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] } },
    Resources: {
      A: {
        ...A,
        DeletionPolicy: { Ref: 'Keep' },
        UpdateReplacePolicy: { 'Fn::If': ['Yes', 'Retain', 'Delete'] },
      },
    },
  });
  t.match(resources.get('A'), { deletionPolicy: 'Retain', updateReplacePolicy: 'Retain' });
});

t.test('DependsOn in a loop may name the resource of the same round', async (t) => {
  const { dependencies } = await prepare({
    Transform,
    Resources: {
      'Fn::ForEach::L': [
        'Name',
        ['X', 'Y'],
        {
          '${Name}Listener': A,
          '${Name}Service': { ...A, DependsOn: [{ 'Fn::Sub': '${Name}Listener' }] },
          '${Name}Task': { ...A, DependsOn: { 'Fn::Sub': '${Name}Service' } },
        },
      ],
    },
  });
  t.same([...(dependencies.get('XService') ?? [])], ['XListener']);
  t.same([...(dependencies.get('YTask') ?? [])], ['YService']);
});

t.test('Fn::Length and Fn::ToJsonString give a number and a text', async (t) => {
  const rest = { Transform, Parameters: { L: { Type: 'CommaDelimitedList', Default: 'a,b' } } };
  for (const [value, wanted] of [
    [{ 'Fn::Length': { Ref: 'L' } }, 2],
    [{ 'Fn::Length': ['a', 'b', 'c'] }, 3],
    [{ 'Fn::ToJsonString': { a: { Ref: 'L' }, b: { Ref: 'A' } } }, '{"a":["a","b"],"b":"ref-A"}'],
    [{ 'Fn::ToJsonString': [{ Ref: 'AWS::NoValue' }, 1] }, '[1]'],
  ] as const)
    t.same((await evaluated(value, rest)).value, wanted);
  t.same(await evaluated({ 'Fn::ToJsonString': { a: { Ref: 'A' } } }, rest, planned), {
    value: '{{changeSet:KNOWN_AFTER_APPLY}}',
    unknownPaths: [[]],
  });
});

t.test('loops of the wrong form are refused', async () => {
  const loop = (argument: unknown): object => ({ Transform, Resources: { A, 'Fn::ForEach::L': argument } });
  const failed = 'Transform AWS::LanguageExtensions failed with: ';
  for (const [argument, message] of [
    [['N', 'x', {}], `${failed}Fn::ForEach layout is incorrect`],
    [['N', ['x']], `${failed}Fn::ForEach layout is incorrect`],
    [
      ['N', { Ref: 'A' }, { 'R${N}': A }],
      `${failed}Could not find a collection or could not be resolved for Fn::ForEach`,
    ],
    [['N', ['a.b'], { 'R${N}': A }], `${failed}LogicalId 'Ra.b' should be alphanumeric`],
    [['N', ['a', 'a'], { 'R${N}': A }], `${failed}Fn::ForEach makes Ra more than once`],
    [
      ['N', ['a', 'b'], { 'R${N}': { ...A, Properties: { P: { Ref: 'Nope' } } } }],
      /Unresolved resource dependencies \[Nope\]/,
    ],
  ] as const)
    await refused(() => prepare(loop(argument)), message, String(message));
  const nested = (depth: number): object =>
    depth === 0
      ? { R: A }
      : { [`Fn::ForEach::L${depth}`]: [`N${depth}`, Array.from({ length: 30 }, String), nested(depth - 1)] };
  await refused(() => prepare({ Transform, Resources: nested(7) }), /more than|nested more/, 'too many');
});

t.test(
  'loops that would fill the memory are refused before they do; what no loop makes has no bound',
  async (t) => {
    const items = Array.from({ length: 100 }, (_, at) => `i${at}`);
    const names = ['A', 'B', 'C', 'D', 'E'];
    const loops = names.reduceRight<Record<string, JsonValue>>(
      (inner, name) => ({ [`Fn::ForEach::${name}`]: [name, items, inner] }),
      { [names.map((name) => `\${${name}}`).join('')]: 'v' },
    );
    await refused(
      () => prepare({ Transform, Resources: { R: { ...A, Properties: loops } } }),
      /the loops make more than 10000 members/,
      'five loops of a hundred items',
    );
    const Properties = Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`P${at}`, 'v']));
    t.same(Object.keys((await expanded({ Resources: { R: { ...A, Properties } } })) as object), ['R']);
  },
);
