import { rejects } from 'node:assert/strict';
import { evaluate } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import {
  type ParameterInput,
  resolveParameters,
} from '../../../../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../../../../src/apis/cloudformation/template/parse.ts';
import { prepareTemplate } from '../../../../../src/apis/cloudformation/template/prepare.ts';
import type {
  Evaluation,
  PreparedTemplate,
  PseudoParameters,
  Surroundings,
} from '../../../../../src/apis/cloudformation/template/types.ts';

export const pseudo: PseudoParameters = {
  accountId: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  stackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/demo/1',
  stackName: 'demo',
  notificationArns: ['arn:a', 'arn:b'],
};

/** Resources that are made: `Ref` is `ref-<id>`, an attribute `<id>.<attribute>`, and `List` a list. */
export const made: Surroundings = {
  refOf: (logicalId) => ({ kind: 'known', value: `ref-${logicalId}` }),
  attributeOf: (logicalId, attribute) =>
    attribute === 'Nope'
      ? { kind: 'missing' }
      : { kind: 'known', value: attribute === 'List' ? ['x', 'y'] : `${logicalId}.${attribute}` },
  exportOf: (name) => (name === 'gone' ? { kind: 'missing' } : { kind: 'known', value: `export-${name}` }),
  stackOutputOf: ({ stackName, outputName, region, accountId }) =>
    stackName === 'gone'
      ? { kind: 'missing' }
      : { kind: 'known', value: [accountId, region, stackName, outputName].join('/') },
  availabilityZonesOf: (region) => ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
};

/** Nothing is made yet. */
export const planned: Surroundings = {
  ...made,
  refOf: () => ({ kind: 'notYetKnown' }),
  attributeOf: () => ({ kind: 'notYetKnown' }),
};

export const given = (values: Record<string, string>): ParameterInput[] =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** A template, as text or as an object, with its parameters. */
export async function prepare(
  template: string | object,
  parameters: Record<string, string> = {},
): Promise<PreparedTemplate> {
  const parsed = parseTemplate(typeof template === 'string' ? template : JSON.stringify(template));
  const resolved = await resolveParameters(parsed, {
    given: given(parameters),
    previous: new Map(),
    ssmParameter: (name) =>
      Promise.resolve(name === 'none' ? undefined : { value: `ssm-${name}`, type: 'String' as const }),
  });
  return prepareTemplate(parsed, resolved, pseudo);
}

/** A value in a template with a resource `A`, evaluated. */
export async function evaluated(
  value: unknown,
  rest: object = {},
  surroundings = made,
  parameters: Record<string, string> = {},
): Promise<Evaluation> {
  const prepared = await prepare(
    {
      Resources: { A: { Type: 'T::A::A' }, R: { Type: 'T::A::A', Properties: { P: value } } },
      ...rest,
    },
    parameters,
  );
  return evaluate(prepared.resources.get('R')?.properties['P'] ?? '', prepared, surroundings);
}

/** Asserts CloudFormation's words. */
export async function refused(make: () => unknown, message: string | RegExp, name: string): Promise<void> {
  await rejects(async () => make(), { code: 'ValidationError', message }, name);
}
