import type { Node } from './nodes.ts';
import type { JsonValue, Mappings, PseudoParameters, ResolvedParameters, Surroundings } from './types.ts';

/** All that the evaluation of a value may ask for. */
export type Scope = {
  readonly mappings: Mappings;
  readonly parameters: ResolvedParameters;
  readonly pseudo: PseudoParameters;
  readonly surroundings: Surroundings;
  /** Whether a condition holds; undefined when there is none of that name. */
  readonly condition: (name: string) => boolean | undefined;
  /** A value in this scope. */
  readonly evaluate: (value: JsonValue) => Node;
};

/** A function of templates. */
export type TemplateFunction = {
  /** Throws when its argument has the wrong form, whatever the functions in it give. */
  readonly check: (argument: JsonValue) => void;
  readonly evaluate: (argument: JsonValue, scope: Scope) => Node;
};
