import t from 'tap';
import type {
  EvaluatedResource,
  Recreation,
  ResourceChange,
} from '../../../../../src/apis/cloudformation/template/diff.ts';
import { evaluate } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import { planChanges } from '../../../../../src/apis/cloudformation/template/plan-changes.ts';
import { made, prepare, refused } from './helpers.ts';

const recreationOf = (_type: string, path: readonly string[]): Recreation =>
  path[0] === 'Name' ? 'Always' : path[0] === 'Maybe' ? 'Conditionally' : 'Never';

async function plan(before: object, after: object): Promise<ResourceChange[]> {
  const old = await prepare({ Resources: before });
  const deployed = new Map(
    [...old.resources].map(([id, declaration]): [string, EvaluatedResource] => [
      id,
      { declaration, properties: evaluate(declaration.properties, old, made) },
    ]),
  );
  return planChanges(await prepare({ Resources: after }), deployed, made, recreationOf).changes;
}
const one = (properties: object, rest: object = {}): object => ({
  A: { Type: 'T::A::A', Properties: properties, ...rest },
});

t.test('what is the same is no change, whatever the order of its keys and DependsOn', async (t) => {
  t.same(await plan(one({ a: 1, b: [{ c: 2, d: 3 }] }), one({ b: [{ d: 3, c: 2 }], a: 1 })), []);
  const two = { ...one({ a: 1 }), B: { Type: 'T::A::A', Properties: { P: { Ref: 'A' } } } };
  t.same(await plan(two, two), []);
  t.same(
    await plan(two, {
      ...two,
      B: { Type: 'T::A::A', DependsOn: 'A', Properties: { P: { 'Fn::Sub': '${A}' } } },
    }),
    [],
  );
});

t.test('resources are added in the order of creation and removed in reverse', async (t) => {
  const B = { Type: 'T::B::B', Properties: { P: { Ref: 'A' } } };
  t.same(await plan({ X: { Type: 'T::X::X' } }, { X: { Type: 'T::X::X' }, B, ...one({}) }), [
    { action: 'Add', logicalId: 'A', type: 'T::A::A' },
    { action: 'Add', logicalId: 'B', type: 'T::B::B' },
  ]);
  t.same(await plan({ X: { Type: 'T::X::X' }, B, ...one({}) }, { X: { Type: 'T::X::X' } }), [
    { action: 'Remove', logicalId: 'B', type: 'T::B::B' },
    { action: 'Remove', logicalId: 'A', type: 'T::A::A' },
  ]);
});

t.test('changed properties have their paths, and say whether the resource is made anew', async (t) => {
  const change = { action: 'Modify', logicalId: 'A', type: 'T::A::A', attributes: [] };
  t.same(
    await plan(
      one({ a: { b: ['x', { c: 1 }] }, d: 1 }),
      one({ a: { b: ['x', { c: 2 }, 'y'] }, e: { f: 1 } }),
    ),
    [
      {
        ...change,
        replacement: 'False',
        properties: [
          {
            path: ['a', 'b', '1', 'c'],
            kind: 'Modify',
            before: '1',
            after: '2',
            recreation: 'Never',
            isDynamic: false,
          },
          {
            path: ['a', 'b', '2'],
            kind: 'Add',
            before: undefined,
            after: 'y',
            recreation: 'Never',
            isDynamic: false,
          },
          {
            path: ['d'],
            kind: 'Remove',
            before: '1',
            after: undefined,
            recreation: 'Never',
            isDynamic: false,
          },
          {
            path: ['e'],
            kind: 'Add',
            before: undefined,
            after: '{"f":1}',
            recreation: 'Never',
            isDynamic: false,
          },
        ],
      },
    ],
  );
  t.match(await plan(one({ Name: 'x', a: 1 }), one({ Name: 'y', a: 2 })), [{ replacement: 'True' }]);
  t.match(await plan(one({ Maybe: 'x' }), one({ Maybe: 'y' })), [{ replacement: 'Conditional' }]);
});

t.test('what depends on a resource that is made anew changes by what is not yet known', async (t) => {
  const others = (Name: string): object => ({
    A: { Type: 'T::A::A', Properties: { Name } },
    B: { Type: 'T::B::B', Properties: { Name: { Ref: 'A' }, fixed: 1 } },
    C: { Type: 'T::C::C', Properties: { p: { 'Fn::Sub': '${B}/x' } } },
    D: { Type: 'T::D::D', Properties: { p: 1 } },
  });
  const known = '{{changeSet:KNOWN_AFTER_APPLY}}';
  t.match(await plan(others('x'), others('y')), [
    { logicalId: 'A', replacement: 'True' },
    {
      logicalId: 'B',
      replacement: 'Conditional',
      properties: [{ path: ['Name'], before: 'ref-A', after: known, isDynamic: true, recreation: 'Always' }],
    },
    {
      logicalId: 'C',
      replacement: 'False',
      properties: [{ before: 'ref-B/x', after: `${known}/x`, isDynamic: true }],
    },
  ]);
});

t.test('a resource that changes in place keeps its Ref, not its attributes', async (t) => {
  const others = (a: number): object => ({
    A: { Type: 'T::A::A', Properties: { a } },
    B: { Type: 'T::B::B', Properties: { p: { Ref: 'A' } } },
    C: { Type: 'T::C::C', Properties: { p: { 'Fn::GetAtt': 'A.Arn' } } },
  });
  t.same(
    (await plan(others(1), others(2))).map(({ logicalId }) => logicalId),
    ['A', 'C'],
  );
});

t.test('metadata is a change, a policy alone is none', async (t) => {
  t.match(await plan(one({}, { Metadata: { a: 1 } }), one({}, { Metadata: { a: 2 } })), [
    { action: 'Modify', replacement: 'False', properties: [], attributes: ['Metadata'] },
  ]);
  t.same(await plan(one({}), one({}, { DeletionPolicy: 'Retain' })), []);
  t.match(await plan(one({ a: 1 }), one({ a: 2 }, { DeletionPolicy: 'Retain' })), [
    { attributes: ['DeletionPolicy'] },
  ]);
});

t.test('a resource keeps its type', () =>
  refused(
    () => plan(one({}), { A: { Type: 'T::B::B' } }),
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
    'type',
  ),
);
