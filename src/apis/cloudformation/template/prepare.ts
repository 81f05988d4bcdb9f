import type { PreparedTemplate, PseudoParameters, ResolvedParameters, Template } from './types.ts';

/**
 * Applies transforms, decides conditions, checks rules, leaves out what is not wanted, and orders the rest.
 * Throws ValidationError: a rule is broken, something refers to a resource that is left out, a circle.
 */
export function prepareTemplate(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
): PreparedTemplate {
  throw new Error(`Not built: ${template.resources.size} ${parameters.size} ${pseudo.region}`);
}
