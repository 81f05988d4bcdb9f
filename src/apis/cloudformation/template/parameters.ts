import type { ResolvedParameters, Template } from './types.ts';

/** A parameter of a request, in the form of the API. */
export type ParameterInput = {
  readonly ParameterKey?: string | undefined;
  readonly ParameterValue?: string | undefined;
  readonly UsePreviousValue?: boolean | undefined;
};

export type ParameterSources = {
  readonly given: readonly ParameterInput[];
  /** The texts that the stack has now; empty for a new one. */
  readonly previous: ReadonlyMap<string, string>;
  /** The value of an SSM parameter, lists with commas; undefined when there is none. */
  readonly ssmParameter: (name: string) => Promise<string | undefined>;
};

/** The value of each parameter of the template. Throws ValidationError in CloudFormation's words. */
export function resolveParameters(
  template: Template,
  sources: ParameterSources,
): Promise<ResolvedParameters> {
  throw new Error(`Not built: ${template.parameters.size} ${sources.given.length}`);
}
