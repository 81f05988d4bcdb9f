import t from 'tap';
import { createHandlers, type Engine } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { certainParts, checkTypes } from '../../../../../src/apis/cloudformation/template/check-types.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { prepare } from './helpers.ts';

const ENGINE: Engine = {
  adopt: () => undefined,
  facts: () => () => undefined,
  hasUpstream: false,
  signals: { baseUrl: () => '', of: () => [], isForMachines: () => false },
};
const handlers = createHandlers(ENGINE);

/** What is said of a template at its call; undefined when it is taken. */
async function refusalOf(template: object, facts = handlers): Promise<string | undefined> {
  const prepared = await prepare(template);
  try {
    checkTypes({ ...prepared, decided: (name) => prepared.conditions.get(name) }, facts);
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
  return undefined;
}

const reading = (value: unknown, type: string, properties: object = {}): object => ({
  Resources: {
    It: { Type: type, Properties: properties },
    Reader: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value } },
  },
});

t.test('types that there are not are named all at once; those that are not made here say why', async (t) => {
  const resources = (...types: string[]) => ({
    Resources: Object.fromEntries(types.map((Type, index) => [`R${index}`, { Type }])),
  });
  t.equal(
    await refusalOf(resources('AWS::ECS::Clutser', 'AWS::ECS::Cluster', 'My::Own::Thing')),
    'Template format error: Unrecognized resource types: [AWS::ECS::Clutser, My::Own::Thing]',
  );
  t.match(
    await refusalOf(resources('AWS::CloudFormation::StackSet')),
    /^ecsidecar does not make the resource/,
  );
  t.equal(await refusalOf(resources('Custom::Anything', 'AWS::CloudFormation::Macro')), undefined);
});

t.test('what a condition leaves out may be of any type, and ask for anything', async (t) => {
  const never = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
  t.equal(
    await refusalOf({
      ...never,
      Resources: {
        Kept: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Value: { 'Fn::If': ['Never', { 'Fn::GetAtt': ['Kept2', 'No'] }, 'x'] } },
        },
        Kept2: { Type: 'AWS::ECS::Cluster' },
        Left: { Type: 'AWS::Not::There', Condition: 'Never' },
      },
    }),
    undefined,
  );
});

t.test(
  'attributes that a type does not have are refused in the words of the function that asks',
  async (t) => {
    t.equal(
      await refusalOf(reading({ 'Fn::GetAtt': ['It', 'Name'] }, 'AWS::ECS::Cluster')),
      'Template error: resource It does not support attribute type Name in Fn::GetAtt',
    );
    t.equal(
      await refusalOf(reading({ 'Fn::Sub': '${It.Name}' }, 'AWS::ECS::Cluster')),
      'Template error: instance of Fn::Sub references invalid resource attribute It.Name',
    );
    t.equal(
      await refusalOf({
        Resources: { It: { Type: 'AWS::ECS::Cluster' } },
        Outputs: { Out: { Value: { 'Fn::GetAtt': 'It.Nope' } } },
      }),
      'Template error: resource It does not support attribute type Nope in Fn::GetAtt',
    );
    for (const [type, attribute] of [
      ['AWS::ECS::Service', 'ServiceArn'],
      ['AWS::CloudFormation::Stack', 'Outputs.Anything'],
      ['Custom::Own', 'Anything'],
      ['AWS::CloudFormation::WaitCondition', 'Data'],
      ['AWS::EC2::VPC', 'CidrBlock'],
      // Plain properties. Source: cfn-lint, measured against AWS.
      ['AWS::EC2::CapacityReservation', 'EndDateType'],
      ['AWS::SQS::Queue', 'VisibilityTimeout'],
      ['AWS::SSM::Parameter', 'Name'],
    ] as const)
      t.equal(
        await refusalOf(reading({ 'Fn::GetAtt': [`It`, attribute] }, type)),
        undefined,
        `${type}.${attribute}`,
      );
  },
);

t.test('every attribute that may be asked for has a value', (t) => {
  const context = {
    scope: { account: '000000000000', region: 'us-east-1' },
    stackName: 'demo',
    logicalId: 'It',
    token: 'token',
    properties: { VisibilityTimeout: 30 },
    physicalId: 'id',
  };
  const valueOf = (type: string, name: string) => handlers.of(type).attributeOf?.({ ...context, type }, name);
  t.equal(valueOf('AWS::SQS::Queue', 'VisibilityTimeout'), 30);
  t.match(valueOf('AWS::CloudFormation::WaitConditionHandle', 'Id'), /./);
  t.match(valueOf('AWS::S3::Bucket', 'DualStackDomainName'), /./);
  t.equal(valueOf('AWS::ECS::Cluster', 'Name'), undefined);
  t.end();
});

t.test(
  'with an upstream, types that nothing is known of may be there; those that act here may not',
  async (t) => {
    const facts = createHandlers({ ...ENGINE, hasUpstream: true });
    const one = (Type: string) => ({ Resources: { It: { Type } } });
    t.equal(await refusalOf(one('My::Own::Thing'), facts), undefined);
    t.match(await refusalOf(one('AWS::ECS::Thing'), facts), /Unrecognized resource types/);
  },
);

t.test('without parameters, only what is there in any case is looked at', (t) => {
  const template = parseTemplate(
    JSON.stringify({
      Parameters: { P: { Type: 'String' } },
      Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
      Resources: {
        Left: { Type: 'AWS::Not::There', Condition: 'C' },
        There: { Type: 'AWS::ECS::Cluster' },
      },
      Outputs: { Out: { Condition: 'C', Value: { 'Fn::GetAtt': ['There', 'Nope'] } } },
    }),
  );
  t.doesNotThrow(() => {
    checkTypes(certainParts(template), handlers);
  });
  t.throws(() => {
    checkTypes({ ...certainParts(template), resources: template.resources }, handlers);
  }, /Unrecognized resource types: \[AWS::Not::There\]/);
  t.end();
});
