import t from 'tap';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import {
  missingCapabilities,
  summarizeTemplate,
  type TemplateSummary,
} from '../../../../../src/apis/cloudformation/template/summary.ts';

const summary = (template: object): TemplateSummary =>
  summarizeTemplate(parseTemplate(JSON.stringify(template)));
const role = { Type: 'AWS::IAM::Role' };

t.test('a template’s parameters, types and transforms are told', (t) => {
  t.match(
    summary({
      Description: 'demo',
      Metadata: { a: 1 },
      Parameters: { P: { Type: 'Number', Default: 3 }, S: { Type: 'String', NoEcho: true } },
      Resources: { A: { Type: 'T::A::A' }, B: { Type: 'T::A::A' }, C: { Type: 'T::C::C' } },
    }),
    {
      description: 'demo',
      metadata: '{"a":1}',
      parameters: [
        { key: 'P', declaration: { defaultValue: '3' } },
        { key: 'S', declaration: { noEcho: true } },
      ],
      capabilities: [],
      capabilitiesReason: undefined,
      resourceTypes: ['T::A::A', 'T::C::C'],
      declaredTransforms: [],
    },
  );
  t.end();
});

t.test('rights need a capability, names of their own a further one', (t) => {
  const capabilities = (resources: object, rest: object = {}): unknown =>
    summary({ Resources: resources, ...rest }).capabilities;
  t.same(capabilities({ A: role }), ['CAPABILITY_IAM']);
  t.same(capabilities({ A: { ...role, Properties: { RoleName: 'x' } } }), ['CAPABILITY_NAMED_IAM']);
  t.same(capabilities({ A: { ...role, Properties: { RoleName: { Ref: 'AWS::StackName' } } } }), [
    'CAPABILITY_NAMED_IAM',
  ]);
  t.same(capabilities({ A: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'x' } } }), [
    'CAPABILITY_IAM',
  ]);
  t.same(capabilities({ A: role }, { Transform: 'Mine' }), ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND']);
  t.equal(
    summary({ Resources: { A: role, B: role, C: { Type: 'AWS::IAM::Policy' } } }).capabilitiesReason,
    'The following resource(s) require capabilities: [AWS::IAM::Role, AWS::IAM::Policy]',
  );
  t.end();
});

t.test('the capability of names includes the other', (t) => {
  const plain = summary({ Resources: { A: role } });
  const named = summary({ Resources: { A: { ...role, Properties: { RoleName: 'x' } } } });
  t.same(missingCapabilities(plain, []), ['CAPABILITY_IAM']);
  t.same(missingCapabilities(plain, ['CAPABILITY_NAMED_IAM']), []);
  t.same(missingCapabilities(named, ['CAPABILITY_IAM']), ['CAPABILITY_NAMED_IAM']);
  t.same(missingCapabilities(named, ['CAPABILITY_NAMED_IAM', 'CAPABILITY_IAM']), []);
  t.end();
});
