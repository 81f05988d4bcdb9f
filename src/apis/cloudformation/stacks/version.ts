import type { Stack, StackParameter, StackVersion } from '../../../model/stack.ts';
import { parseTemplate } from '../template/parse.ts';
import { prepareTemplate } from '../template/prepare.ts';
import type { AccountFacts } from '../template/rules.ts';
import type { PreparedTemplate, ResolvedParameters } from '../template/types.ts';

/** What a version of a stack is made of, with its conditions decided. Throws ValidationError. */
export function prepareVersion(
  stack: Pick<Stack, 'scope' | 'id' | 'name'>,
  version: StackVersion,
  template = parseTemplate(version.includedBody ?? version.templateBody),
  facts?: AccountFacts,
): PreparedTemplate {
  const pseudo = {
    accountId: stack.scope.account,
    region: stack.scope.region,
    partition: 'aws',
    urlSuffix: 'amazonaws.com',
    stackId: stack.id,
    stackName: stack.name,
    notificationArns: version.notificationArns,
  };
  const prepared = prepareTemplate(template, toResolved(version.parameters), pseudo, facts);
  return version.ssmVersions ? { ...prepared, pins: version.ssmVersions } : prepared;
}

const toResolved = (parameters: readonly StackParameter[]): ResolvedParameters =>
  new Map(parameters.map(({ name, ...parameter }) => [name, parameter]));

export const fromResolved = (parameters: ResolvedParameters): StackParameter[] =>
  [...parameters].map(([name, parameter]) => ({ name, ...parameter }));
