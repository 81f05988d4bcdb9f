import type { Parameter, RollbackConfiguration, Tag } from '@aws-sdk/client-cloudformation';
import type { Stack, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { checkTypes } from '../template/check-types.ts';
import { resolveParameters, type ParameterSources } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse.ts';
import type { PreparedTemplate } from '../template/types.ts';
import { checkCapabilities, checkTags } from './checks.ts';
import { readIncluded } from './included.ts';
import { readParameter } from './read-parameter.ts';
import { ssmVersionsOf } from './ssm-versions.ts';
import { readTemplateSource, type TemplateInput } from './template-source.ts';
import { accountFacts } from './account-facts.ts';
import { fromResolved, prepareVersion } from './version.ts';

export type VersionInput = TemplateInput & {
  readonly Parameters?: readonly Parameter[] | undefined;
  readonly Capabilities?: readonly string[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly NotificationARNs?: readonly string[] | undefined;
  readonly RoleARN?: string | undefined;
  readonly RollbackConfiguration?: RollbackConfiguration | undefined;
};

/**
 * What a request makes of a stack: its template read, its parameters resolved, its conditions decided once to see that
 * they can be, its types and attributes looked up. Throws ValidationError and InsufficientCapabilitiesException.
 */
export async function newVersion(
  context: Pick<CloudFormationContext, 'calls' | 'caller' | 'handlers' | 'signal' | 'store'>,
  stack: Pick<Stack, 'scope' | 'id' | 'name' | 'version'>,
  input: VersionInput,
): Promise<{ version: StackVersion; prepared: PreparedTemplate }> {
  const previous = stack.version;
  const templateBody = await readTemplateSource(context, input, previous?.templateBody);
  const texts: ParameterSources = {
    given: input.Parameters ?? [],
    previous: new Map(previous?.parameters.map(({ name, text }) => [name, text])),
    ssmParameter: (name) => readParameter(context, name),
  };
  const includedBody = await readIncluded(context, templateBody, texts);
  const template = parseTemplate(includedBody ?? templateBody);
  checkCapabilities(template, input.Capabilities);
  const parameters = await resolveParameters(template, texts);
  const rollbackConfiguration = input.RollbackConfiguration ?? previous?.rollbackConfiguration;
  const roleArn = input.RoleARN === undefined || input.RoleARN === '' ? previous?.roleArn : input.RoleARN;
  const version: StackVersion = {
    templateBody,
    ...(includedBody !== undefined && { includedBody }),
    ...(template.description !== undefined && { description: template.description }),
    parameters: fromResolved(parameters),
    // Source: CloudFormation API reference, UpdateStack.Tags: not given, the stack's are kept.
    tags: input.Tags === undefined ? (previous?.tags ?? []) : checkTags(input.Tags),
    capabilities: input.Capabilities ?? [],
    notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
    ...(rollbackConfiguration && { rollbackConfiguration }),
  };
  const prepared = prepareVersion(stack, version, template, accountFacts(context, stack.scope));
  checkTypes({ ...prepared, decided: (name) => prepared.conditions.get(name) }, context.handlers);
  const ssmVersions = await ssmVersionsOf(context, stack, prepared);
  if (Object.keys(ssmVersions).length === 0) return { version, prepared };
  return { version: { ...version, ssmVersions }, prepared: { ...prepared, pins: ssmVersions } };
}
