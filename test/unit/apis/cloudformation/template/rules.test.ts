import t from 'tap';
import { resolveParameters } from '../../../../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { type AccountFacts, checkRules } from '../../../../../src/apis/cloudformation/template/rules.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { given, pseudo } from './helpers.ts';

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'subnet-1 VpcId': ['vpc-1'],
  'subnet-2 VpcId': ['vpc-1'],
  'subnet-3 VpcId': ['vpc-2'],
  'subnet-1 AvailabilityZone': ['a'],
  'vpc-1 Tags.Department': ['IT'],
  'vpc-2 Tags.Department': [],
};
const facts: AccountFacts = (id, attribute) => KNOWN[`${id} ${attribute}`];

/** Why a rule with this assertion refuses the parameters; undefined when it does not. */
async function refusalOf(
  assert: unknown,
  parameters: Record<string, string> = {},
  condition?: unknown,
): Promise<string | undefined> {
  const template = parseTemplate(
    JSON.stringify({
      Parameters: {
        Vpc: { Type: 'AWS::EC2::VPC::Id', Default: 'vpc-1' },
        Subnets: { Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1,subnet-2' },
        Subnet: { Type: 'AWS::EC2::Subnet::Id', Default: 'subnet-1' },
      },
      Rules: {
        R: {
          ...(condition !== undefined && { RuleCondition: condition }),
          Assertions: [{ Assert: assert, AssertDescription: 'No.' }],
        },
      },
      Resources: { A: { Type: 'T::A::A' } },
    }),
  );
  const resolved = await resolveParameters(template, {
    given: given(parameters),
    previous: new Map(),
    ssmParameter: () => Promise.resolve(undefined),
  });
  try {
    checkRules(template, resolved, pseudo, facts);
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
  return undefined;
}

t.test('rules ask what there is of the parameters of a type', async (t) => {
  const inVpc = {
    'Fn::EachMemberIn': [
      { 'Fn::ValueOfAll': ['AWS::EC2::Subnet::Id', 'VpcId'] },
      { 'Fn::RefAll': 'AWS::EC2::VPC::Id' },
    ],
  };
  t.equal(await refusalOf(inVpc), undefined);
  t.match(await refusalOf(inVpc, { Subnets: 'subnet-1,subnet-3' }), /Rule R is not fulfilled: No\.$/);
  t.match(await refusalOf(inVpc, { Vpc: 'vpc-2' }), /No\.$/);
});

t.test('ValueOf gives the value of one parameter, in comparisons too', async (t) => {
  const zone = { 'Fn::Equals': [{ 'Fn::ValueOf': ['Subnet', 'AvailabilityZone'] }, 'a'] };
  t.equal(await refusalOf(zone), undefined);
  t.match(await refusalOf({ 'Fn::Not': [zone] }), /No\.$/);
  const department = {
    'Fn::Contains': [{ 'Fn::ValueOfAll': ['AWS::EC2::VPC::Id', 'Tags.Department'] }, 'IT'],
  };
  t.equal(await refusalOf(department), undefined);
  t.match(await refusalOf(department, { Vpc: 'vpc-2' }), /No\.$/);
  t.match(
    await refusalOf({ 'Fn::Contains': [{ 'Fn::ValueOf': ['Subnets', 'VpcId'] }, 'vpc-2'] }),
    /No\.$/,
    'a list of them has a list of values',
  );
});

t.test('what nobody knows is held against no parameter', async (t) => {
  const isHere = { 'Fn::Equals': [{ 'Fn::ValueOf': ['Subnet', 'VpcId'] }, 'vpc-9'] };
  for (const assert of [isHere, { 'Fn::Not': [isHere] }])
    t.equal(await refusalOf(assert, { Subnet: 'subnet-of-nobody' }), undefined);
  t.equal(
    await refusalOf({ 'Fn::Equals': ['a', 'b'] }, { Subnet: 'subnet-of-nobody' }, isHere),
    undefined,
    'a condition that nobody knows does not hold',
  );
});

t.test('arguments of another form are refused', async (t) => {
  for (const [asked, words] of [
    [{ 'Fn::RefAll': { Ref: 'Vpc' } }, /Fn::RefAll object requires/],
    [{ 'Fn::ValueOfAll': ['AWS::EC2::VPC::Id'] }, /Fn::ValueOfAll object requires/],
    [{ 'Fn::ValueOf': ['None', 'VpcId'] }, /None, which is no parameter/],
  ] as const)
    t.match(await refusalOf({ 'Fn::Contains': [asked, 'x'] }), words);
});
