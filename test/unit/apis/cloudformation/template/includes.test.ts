import t from 'tap';
import { hasIncludes, withIncludes } from '../../../../../src/apis/cloudformation/template/includes.ts';
import type { JsonObject, JsonValue } from '../../../../../src/apis/cloudformation/template/types.ts';

const include = (Location: JsonValue): JsonObject => ({ Name: 'AWS::Include', Parameters: { Location } });
const FILES: Readonly<Record<string, string>> = {
  's3://b/resources': 'Resources: { B: { Type: "T::B::B" } }',
  's3://b/properties': '{"Size": 2, "Name": "from the file"}',
  's3://b/broken': '{',
};
const expand = (document: JsonObject): Promise<JsonObject> =>
  withIncludes(document, (location) =>
    Promise.resolve(typeof location === 'string' ? (FILES[location] ?? '') : ''),
  );

t.test('what is included stands in the place of its transform', async (t) => {
  const cases: readonly (readonly [name: string, JsonObject, JsonObject])[] = [
    [
      'sections, at the top',
      { Transform: include('s3://b/resources'), Resources: { A: { Type: 'T::A::A' } } },
      { Resources: { A: { Type: 'T::A::A' }, B: { Type: 'T::B::B' } } },
    ],
    [
      'beside other transforms',
      { Transform: ['AWS::LanguageExtensions', include('s3://b/resources'), 'AWS::Include'] },
      { Transform: ['AWS::LanguageExtensions'], Resources: { B: { Type: 'T::B::B' } } },
    ],
    [
      'members, beside those that are there',
      { Properties: { Other: 1, 'Fn::Transform': include('s3://b/properties') } },
      { Properties: { Other: 1, Size: 2, Name: 'from the file' } },
    ],
    [
      'in a list as well',
      { List: [{ 'Fn::Transform': include('s3://b/properties') }] },
      { List: [{ Size: 2, Name: 'from the file' }] },
    ],
    [
      'another macro stays',
      { 'Fn::Transform': { Name: 'Mine' }, A: 1 },
      { 'Fn::Transform': { Name: 'Mine' }, A: 1 },
    ],
  ];
  for (const [name, document, wanted] of cases) t.strictSame(await expand(document), wanted, name);
  t.notOk(hasIncludes({ 'Fn::Transform': { Name: 'Mine' }, A: ['AWS::Include'] }));
  t.ok(hasIncludes({ A: [{ 'Fn::Transform': include('x') }] }));
});

t.test("an include that cannot be is refused in CloudFormation's words", async (t) => {
  await t.rejects(expand({ Transform: include('s3://b/broken') }), {
    code: 'ValidationError',
    message:
      "Transform AWS::Include failed with: The specified S3 object's content should be valid Yaml/JSON",
  });
  await t.rejects(expand({ Transform: { Name: 'AWS::Include', Parameters: {} } }), {
    message: 'Transform AWS::Include failed with: The location parameter is not a valid S3 uri.',
  });
});
