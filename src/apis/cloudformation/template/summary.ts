import { isScalar, own } from './json.ts';
import type { ParameterDeclaration, ResourceDeclaration, Template } from './types.ts';

export type Capability = 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND';

export type TemplateSummary = {
  readonly description: string | undefined;
  readonly metadata: string | undefined;
  readonly parameters: readonly { readonly key: string; readonly declaration: ParameterDeclaration }[];
  /** Those that the stack's maker must give: CAPABILITY_NAMED_IAM stands for CAPABILITY_IAM as well. */
  readonly capabilities: readonly Capability[];
  readonly capabilitiesReason: string | undefined;
  readonly resourceTypes: readonly string[];
  readonly declaredTransforms: readonly string[];
};

/** Types that may give someone rights, with the property that names them. Source: the API reference, CreateStack, Capabilities. */
const IAM_NAMES: ReadonlyMap<string, string | undefined> = new Map([
  ['AWS::IAM::AccessKey', undefined],
  ['AWS::IAM::Group', 'GroupName'],
  ['AWS::IAM::InstanceProfile', 'InstanceProfileName'],
  ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName'],
  ['AWS::IAM::Policy', undefined],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::IAM::User', 'UserName'],
  ['AWS::IAM::UserToGroupAddition', undefined],
]);

/** What ValidateTemplate and GetTemplateSummary show. */
export function summarizeTemplate(template: Template): TemplateSummary {
  const resources = [...template.resources.values()];
  const iam = resources.filter(({ type }) => IAM_NAMES.has(type));
  const expands = template.transforms.some((name) => name !== 'AWS::LanguageExtensions');
  const capabilities: Capability[] =
    iam.length === 0 ? [] : [iam.some(isNamed) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
  return {
    description: template.description,
    metadata: template.metadata && JSON.stringify(template.metadata),
    parameters: [...template.parameters].map(([key, declaration]) => ({ key, declaration })),
    capabilities: expands ? [...capabilities, 'CAPABILITY_AUTO_EXPAND'] : capabilities,
    // Source: recorded in LocalStack's tests against AWS.
    capabilitiesReason:
      iam.length === 0
        ? undefined
        : `The following resource(s) require capabilities: [${unique(iam.map(({ type }) => type)).join(', ')}]`,
    resourceTypes: unique(resources.map(({ type }) => type)),
    declaredTransforms: template.transforms,
  };
}

/** An own name, or one that a function gives. */
function isNamed({ type, properties }: ResourceDeclaration): boolean {
  const property = IAM_NAMES.get(type);
  const name = property === undefined ? undefined : own(properties, property);
  return name !== undefined && !(isScalar(name) && String(name) === '');
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** Those of a template's capabilities that were not given; what CreateStack and CreateChangeSet refuse. */
export function missingCapabilities(
  summary: TemplateSummary,
  given: readonly string[],
): readonly Capability[] {
  return summary.capabilities.filter(
    (capability) =>
      !given.includes(capability) &&
      !(capability === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')),
  );
}
