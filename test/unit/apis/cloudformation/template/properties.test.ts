import fc from 'fast-check';
import t from 'tap';
import { stringify } from 'yaml';
import { evaluate } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import { orderByDependencies } from '../../../../../src/apis/cloudformation/template/graph.ts';
import { resolveParameters } from '../../../../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { readTemplate } from '../../../../../src/apis/cloudformation/template/read-template.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { evaluated, made, planned, prepare } from './helpers.ts';

/** Names that JavaScript's objects have of themselves are as likely as any other. */
const name = fc.oneof(
  fc.constantFrom('A', 'B', 'C', 'R', 'constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype'),
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,6}$/),
);
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());

/** Functions within functions that are all of the right form, over parameters and resources that there are. */
const { text, list, value } = fc.letrec<{ text: unknown; list: unknown; value: unknown }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.stringMatching(/^[^${}]*$/),
    fc.constantFrom(
      { Ref: 'A' },
      { Ref: 'Env' },
      { Ref: 'AWS::Region' },
      { 'Fn::GetAtt': ['A', 'Arn'] },
      { 'Fn::Sub': '${A}-${Env}-${A.Arn}-${!A}' },
      { 'Fn::FindInMap': ['M', 'a', 'b'] },
      { 'Fn::ImportValue': 'x' },
    ),
    fc.tuple(fc.string(), tie('list')).map((argument) => ({ 'Fn::Join': argument })),
    fc.tuple(tie('text')).map(([argument]) => ({ 'Fn::Base64': argument })),
    fc
      .tuple(fc.constantFrom('Yes', 'No'), tie('text'), tie('text'))
      .map((argument) => ({ 'Fn::If': argument })),
    fc.tuple(tie('text')).map(([X]) => ({ 'Fn::Sub': ['${X}${Env}', { X }] })),
    fc.tuple(tie('text'), tie('text')).map((items) => ({ 'Fn::Select': [1, items] })),
  ),
  list: fc.oneof(
    { depthSize: 'small' },
    fc.array(tie('text'), { maxLength: 3 }),
    fc.constantFrom({ Ref: 'List' }, { 'Fn::GetAZs': '' }, { 'Fn::GetAtt': 'A.List' }),
    fc.tuple(fc.constantFrom(',', '-'), tie('text')).map((argument) => ({ 'Fn::Split': argument })),
  ),
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    tie('text'),
    tie('list'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 3 })
      .map((entries) => Object.fromEntries(entries) as unknown),
    fc.constant({ Ref: 'AWS::NoValue' }),
  ),
}));
const around = {
  Parameters: {
    Env: { Type: 'String', Default: 'dev' },
    List: { Type: 'CommaDelimitedList', Default: 'a,b' },
  },
  Mappings: { M: { a: { b: 'c' } } },
  Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Equals': ['a', 'b'] } },
};

/** Whether a function stands anywhere in a value; keys beside others make none. */
const hasFunction = (at: unknown): boolean =>
  typeof at === 'object' &&
  at !== null &&
  ((Object.keys(at).length === 1 && /^(?:Ref$|Fn::)/.test(Object.keys(at)[0] ?? '')) ||
    Object.values(at).some(hasFunction));

t.test(
  'evaluation leaves no function and gives the same twice, with resources made or planned',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(value, async (written) => {
        for (const surroundings of [made, planned]) {
          const first = await evaluated(written, around, surroundings);
          t.notOk(hasFunction(first.value));
          t.same(await evaluated(written, around, surroundings), first);
          if (surroundings === made) t.same(first.unknownPaths, []);
        }
      }),
      { numRuns: 200 },
    );
  },
);

t.test('Fn::Split undoes Fn::Join', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 1, maxLength: 3 }),
      fc.array(fc.string(), { minLength: 1, maxLength: 5 }),
      async (delimiter, items) => {
        // Where items touch the delimiter, text is cut elsewhere: in CloudFormation as well.
        fc.pre(items.join(delimiter).split(delimiter).length === items.length);
        fc.pre(!items.some((item) => item.includes(delimiter)));
        const joined = { 'Fn::Join': [delimiter, items] };
        const { value: split } = await evaluated({ 'Fn::Split': [delimiter, joined] });
        t.same(split, items.join(delimiter).split(delimiter));
        for (const [index, item] of (split as string[]).entries())
          t.equal(
            (await evaluated({ 'Fn::Select': [index, { 'Fn::Split': [delimiter, joined] }] })).value,
            item,
          );
      },
    ),
    { numRuns: 100 },
  );
});

t.test('Fn::Sub gives any text back whose variables are literals', async (t) => {
  const texts = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('${', '}', '$', '!', '${A}', '${!A}', '${ A }')),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (parts) => {
      const wanted = parts.join('');
      const escaped = wanted.replace(/\$\{([^}]*)\}/g, '${!$1}');
      t.equal((await evaluated({ 'Fn::Sub': escaped })).value, wanted);
    }),
    { numRuns: 200 },
  );
});

t.test('order is topological, or there is a circle', (t) => {
  const graphs = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc
      .array(fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 })), { maxLength: 14 })
      .map((edges) => {
        const needs = new Map(Array.from({ length: size }, (_, index) => [`N${index}`, new Set<string>()]));
        for (const [from, to] of edges) needs.get(`N${from}`)?.add(`N${to}`);
        return needs;
      }),
  );
  fc.assert(
    fc.property(graphs, (needs) => {
      const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
        [...(needs.get(from) ?? [])].some(
          (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
        );
      const isCircular = [...needs.keys()].some((node) => reaches(node, node));
      if (isCircular) {
        t.throws(() => orderByDependencies(needs), /^Circular dependency between resources: \[N/);
        return;
      }
      const order = orderByDependencies(needs);
      t.same([...order].sort(), [...needs.keys()].sort());
      for (const [node, needed] of needs)
        for (const one of needed) t.ok(order.indexOf(one) < order.indexOf(node));
    }),
    { numRuns: 300 },
  );
  t.end();
});

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(name, fc.string()), tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as unknown),
  ),
})).value;
const document = fc
  .array(fc.tuple(fc.oneof(name, fc.string()), json), { minLength: 1, maxLength: 5 })
  .map((entries) => Object.fromEntries(entries) as object);

t.test('a template is the same in JSON and in YAML', (t) => {
  fc.assert(
    fc.property(document, (written) => {
      const asJson = JSON.stringify(written);
      t.same(readTemplate(asJson), written);
      t.same(
        readTemplate(`# YAML\n${stringify(written, { version: '1.1', aliasDuplicateObjects: false })}`),
        written,
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

/** Mostly the one, at times anything else. */
const mostly = (usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: json, weight: 1 });
const id = fc.oneof(
  { arbitrary: fc.constantFrom('A', 'B', 'R', 'constructor', 'toString'), weight: 8 },
  { arbitrary: name, weight: 1 },
);

/** Documents that are templates, or nearly: anything may stand anywhere. */
const templates = fc
  .record(
    {
      Parameters: fc.constant(around.Parameters),
      Mappings: mostly(fc.constant(around.Mappings)),
      Conditions: mostly(fc.constant(around.Conditions)),
      Rules: mostly(fc.constant({})),
      Transform: mostly(fc.constantFrom('AWS::LanguageExtensions', ['AWS::LanguageExtensions'])),
      Resources: fc
        .dictionary(
          fc.oneof({ arbitrary: id, weight: 8 }, { arbitrary: fc.constant('Fn::ForEach::L'), weight: 1 }),
          mostly(
            fc.oneof(
              { arbitrary: resource(), weight: 6 },
              {
                arbitrary: fc.tuple(
                  id,
                  list,
                  fc.dictionary(fc.constantFrom('${A}', 'R${A}', 'x&{R}'), resource()),
                ),
                weight: 1,
              },
            ),
          ),
        )
        .map((resources) => ({ A: { Type: 'T::A::A' }, ...resources })),
      Outputs: fc.dictionary(id, mostly(fc.record({ Value: text }))),
    },
    { requiredKeys: ['Resources', 'Parameters', 'Mappings', 'Conditions'] },
  )
  .map((template) => template as object);

function resource(): fc.Arbitrary<unknown> {
  return fc.record(
    {
      Type: fc.constant('T::A::A'),
      Properties: fc.dictionary(name, mostly(value)),
      DependsOn: fc.oneof({ arbitrary: fc.constant('A'), weight: 4 }, id, fc.array(id)),
      Condition: fc.constantFrom('Yes', 'Yes', 'No', 'A'),
      DeletionPolicy: mostly(fc.constantFrom('Retain', { Ref: 'Env' })),
    },
    { requiredKeys: ['Type'] },
  );
}

t.test('whatever a template says, it is taken or refused in words, and nothing else changes', async (t) => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(templates, async (template) => {
      try {
        const prepared = await prepare(template);
        for (const { properties } of prepared.resources.values()) evaluate(properties, prepared, made);
        taken += 1;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        t.equal(error.code, 'ValidationError');
      }
      t.same(Object.keys(Object.prototype), []);
    }),
    { numRuns: 1500 },
  );
  t.ok(taken > 20, `${taken} were taken`);
});

t.test('text that is no template is refused in words', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `{${text}`),
        fc.string().map((text) => `a: ${text}`),
      ),
      (text) => {
        try {
          parseTemplate(text);
          t.fail('no text like these is a template');
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
        }
      },
    ),
    { numRuns: 500 },
  );
  t.end();
});

t.test('logical ids and parameters may have names of JavaScript’s', async (t) => {
  const ids = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
  const prepared = await prepare({
    Parameters: { isPrototypeOf: { Type: 'String', Default: 'p' } },
    Resources: Object.fromEntries(
      ids.map((id, index) => [
        id,
        {
          Type: 'T::A::A',
          Properties: { P: { 'Fn::Sub': index === 0 ? '${isPrototypeOf}' : `\${${ids[index - 1]}}` } },
        },
      ]),
    ),
  });
  t.same([...prepared.resources.keys()], ids);
  t.same(
    ids.map((id) => evaluate(prepared.resources.get(id)?.properties ?? {}, prepared, made).value),
    [{ P: 'p' }, ...ids.slice(0, -1).map((id) => ({ P: `ref-${id}` }))],
  );
  const parsed = parseTemplate('{"Resources": {"A": {"Type": "T::A::A"}}}');
  await t.rejects(
    resolveParameters(parsed, {
      given: [{ ParameterKey: '__proto__', ParameterValue: 'x' }],
      previous: new Map(),
      ssmParameter: () => Promise.resolve(undefined),
    }),
    { code: 'ValidationError' },
  );
});
