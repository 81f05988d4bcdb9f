import type { ParameterDeclaration, Template } from './types.ts';

export type TemplateSummary = {
  readonly description: string | undefined;
  readonly metadata: string | undefined;
  readonly parameters: readonly { readonly key: string; readonly declaration: ParameterDeclaration }[];
  /** CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND that the stack's maker must give. */
  readonly capabilities: readonly ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND')[];
  readonly capabilitiesReason: string | undefined;
  readonly resourceTypes: readonly string[];
  readonly declaredTransforms: readonly string[];
};

/** What ValidateTemplate and GetTemplateSummary show. */
export function summarizeTemplate(template: Template): TemplateSummary {
  throw new Error(`Not built: ${template.resources.size}`);
}
