import { partsOf } from './check-references.ts';
import { validationError } from './errors.ts';
import { unsupportedAttribute } from './functions/references.ts';
import { referencesIn } from './references-in.ts';
import type { JsonValue, OutputDeclaration, ResourceDeclaration, Template } from './types.ts';

/** What is known of resource types. */
export type TypeFacts = {
  /** Why no resource of a type can be made: it is not there at all, or not here, for a reason. */
  readonly refusalOf: (type: string) => 'unknown' | { readonly reason: string } | undefined;
  /** Whether `Fn::GetAtt` may ask for it; true where nobody knows. */
  readonly hasAttribute: (type: string, attribute: string) => boolean;
};

/** What of a template is looked at: resources and outputs that are left out may be of any type. */
export type CheckedTemplate = {
  readonly template: Pick<Template, 'resources'>;
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  /** Of a condition, where it is known. */
  readonly decided?: (condition: string) => boolean | undefined;
};

/**
 * That each resource is of a type that can be made, and that each attribute that is asked for is one of its type. Throws
 * ValidationError.
 */
export function checkTypes(checked: CheckedTemplate, facts: TypeFacts): void {
  const unknown = new Set<string>();
  for (const { type } of checked.resources.values()) {
    const refusal = facts.refusalOf(type);
    if (refusal === 'unknown') unknown.add(type);
    else if (refusal)
      throw validationError(
        `ecsidecar does not make the resource type ${type}: ${refusal.reason} Leave it out with a condition.`,
      );
  }
  // Source: public reports of this message.
  if (unknown.size > 0)
    throw validationError(`Template format error: Unrecognized resource types: [${[...unknown].join(', ')}]`);
  const values: readonly JsonValue[] = [
    ...[...checked.resources.values()].flatMap(partsOf),
    ...[...checked.outputs.values()].map(({ value }) => value),
  ];
  for (const reference of values.flatMap((value) => referencesIn(value, checked.decided))) {
    if (reference.kind !== 'attribute' || reference.attribute === undefined) continue;
    const { logicalId, attribute, by } = reference;
    const type = checked.template.resources.get(logicalId)?.type;
    if (type === undefined || facts.hasAttribute(type, attribute)) continue;
    // Source of the second: public reports of this message.
    throw by === 'Fn::GetAtt'
      ? unsupportedAttribute(logicalId, attribute)
      : validationError(
          `Template error: instance of Fn::Sub references invalid resource attribute ${logicalId}.${attribute}`,
        );
  }
}

/** All of a template that is there whatever its parameters are. */
export function certainParts(template: Template): CheckedTemplate {
  const isCertain = ([, { condition }]: readonly [string, { readonly condition: string | undefined }]) =>
    condition === undefined;
  return {
    template,
    resources: new Map([...template.resources].filter(isCertain)),
    outputs: new Map([...template.outputs].filter(isCertain)),
  };
}
