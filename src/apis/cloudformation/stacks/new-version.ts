import type { Parameter, RollbackConfiguration, Tag } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type { Stack, StackVersion } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { checkTypes } from '../template/check-types.ts';
import { resolveParameters, type ParameterSources, type SsmParameter } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse.ts';
import type { PreparedTemplate } from '../template/types.ts';
import { publicParameter } from '../resources/public-parameters.ts';
import { checkCapabilities, checkTags } from './checks.ts';
import { readIncluded } from './included.ts';
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
  return { version, prepared };
}

/** An SSM parameter; those that AWS publishes are stood in for where nobody has them. */
export async function readParameter(
  { calls, caller, signal }: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  name: string,
): Promise<SsmParameter | undefined> {
  try {
    const input = { Name: name, WithDecryption: true };
    const answer = (await calls.call('ssm', 'GetParameter', input, { caller, signal })) as {
      readonly Parameter?: { readonly Value?: string; readonly Type?: SsmParameter['type'] };
    };
    const { Value: value, Type: type = 'String' } = answer.Parameter ?? {};
    return value === undefined ? undefined : { value, type };
  } catch (error) {
    const isAbsent =
      error instanceof NotServedError || (error instanceof AwsError && error.code === 'ParameterNotFound');
    if (!isAbsent) throw error;
    const value = publicParameter(name);
    return value === undefined ? undefined : { value, type: 'String' };
  }
}
