import type {
  GetTemplateInput,
  GetTemplateOutput,
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput,
  ResourceIdentifierSummary,
  ParameterDeclaration as DeclarationAnswer,
  ValidateTemplateInput,
  ValidateTemplateOutput,
} from '@aws-sdk/client-cloudformation';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { findChangeSet } from '../change-sets/find-change-set.ts';
import { certainParts, checkTypes } from '../template/check-types.ts';
import { parseTemplate } from '../template/parse.ts';
import { summarizeTemplate, type TemplateSummary } from '../template/summary.ts';
import { findStack } from './find-stack.ts';
import type { Template } from '../template/types.ts';
import { readIncluded } from './included.ts';
import { readTemplateSource } from './template-source.ts';
import { prepareVersion } from './version.ts';

/** The template as it was given, or after its transforms. A stack in REVIEW_IN_PROGRESS has none yet. */
export const getTemplate: CloudFormationOperation<GetTemplateInput, GetTemplateOutput> = (
  context,
  { StackName, ChangeSetName, TemplateStage },
) => {
  const changeSet =
    ChangeSetName === undefined ? undefined : findChangeSet(context, ChangeSetName, StackName);
  const stack = findStack(context, changeSet?.stackId ?? StackName);
  const version = changeSet ? changeSet.target : stack.version;
  const original = version?.templateBody ?? '{}';
  const processed =
    TemplateStage === 'Processed' && version !== undefined
      ? prepareVersion(stack, version).template
      : undefined;
  const isChanged =
    processed !== undefined && (processed.transforms.length > 0 || version?.includedBody !== undefined);
  return {
    TemplateBody: isChanged ? JSON.stringify(processed.document) : original,
    StagesAvailable: ['Original', 'Processed'],
  };
};

export const validateTemplate: CloudFormationOperation<
  ValidateTemplateInput,
  ValidateTemplateOutput
> = async (context, input) => {
  const template = await parseWhole(context, await readTemplateSource(context, input));
  // What transforms make of it is not known here.
  if (template.transforms.length === 0) checkTypes(certainParts(template), context.handlers);
  const summary = summarizeTemplate(template);
  return {
    Parameters: summary.parameters.map(({ key, declaration }) => ({
      ParameterKey: key,
      ...(declaration.defaultValue !== undefined && { DefaultValue: declaration.defaultValue }),
      NoEcho: declaration.noEcho,
      ...(declaration.description !== undefined && { Description: declaration.description }),
    })),
    ...(summary.description !== undefined && { Description: summary.description }),
    ...capabilitiesOf(summary),
    ...(summary.declaredTransforms.length > 0 && { DeclaredTransforms: [...summary.declaredTransforms] }),
  };
};

export const getTemplateSummary: CloudFormationOperation<
  GetTemplateSummaryInput,
  GetTemplateSummaryOutput
> = async (context, input) => {
  const template = await parseWhole(context, await summarized(context, input));
  const summary = summarizeTemplate(template);
  const identifiers = identifierSummaries(template, context.handlers);
  return {
    Parameters: summary.parameters.map(({ key, declaration }): DeclarationAnswer => ({
      ParameterKey: key,
      ...(declaration.defaultValue !== undefined && { DefaultValue: declaration.defaultValue }),
      ParameterType: declaration.type,
      NoEcho: declaration.noEcho,
      ...(declaration.description !== undefined && { Description: declaration.description }),
      ParameterConstraints: {
        ...(declaration.allowedValues && { AllowedValues: [...declaration.allowedValues] }),
      },
    })),
    ...(summary.description !== undefined && { Description: summary.description }),
    ...capabilitiesOf(summary),
    ResourceTypes: [...summary.resourceTypes],
    ...(identifiers.length > 0 && { ResourceIdentifierSummaries: identifiers }),
    Version: '2010-09-09',
    ...(summary.metadata !== undefined && { Metadata: summary.metadata }),
    ...(summary.declaredTransforms.length > 0 && { DeclaredTransforms: [...summary.declaredTransforms] }),
  };
};

/** By what each type of a template could be named if it were imported. */
const identifierSummaries = (
  { resources }: Template,
  { identifiersOf }: CloudFormationContext['handlers'],
): ResourceIdentifierSummary[] =>
  [...new Set([...resources.values()].map(({ type }) => type))].flatMap((ResourceType) => {
    const ResourceIdentifiers = [...identifiersOf(ResourceType)];
    const LogicalResourceIds = [...resources].flatMap(([id, { type }]) =>
      type === ResourceType ? [id] : [],
    );
    return ResourceIdentifiers.length === 0
      ? []
      : [{ ResourceType, LogicalResourceIds, ResourceIdentifiers }];
  });

/** A template with what it includes, as far as its parameters' defaults say where that is. */
async function parseWhole(context: CloudFormationContext, body: string): Promise<Template> {
  const included = await readIncluded(context, body, {
    given: [],
    previous: new Map(),
    ssmParameter: () => Promise.resolve(undefined),
  });
  return parseTemplate(included ?? body);
}

async function summarized(context: CloudFormationContext, input: GetTemplateSummaryInput): Promise<string> {
  if (input.StackName === undefined || input.StackName === '') return readTemplateSource(context, input);
  return findStack(context, input.StackName).version?.templateBody ?? '{}';
}

const capabilitiesOf = ({ capabilities, capabilitiesReason }: TemplateSummary) => ({
  ...(capabilities.length > 0 && { Capabilities: [...capabilities] }),
  ...(capabilitiesReason !== undefined && { CapabilitiesReason: capabilitiesReason }),
});
