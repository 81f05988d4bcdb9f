import { malformedExport } from './declarations.ts';
import { validationError } from './errors.ts';
import { dependentImport, PSEUDO_PARAMETERS, unresolved } from './functions/references.ts';
import { functionOf, isList, isObject } from './json.ts';
import { type Reference, referencesIn, referencesInCondition } from './references-in.ts';
import type { JsonValue, ResourceDeclaration, Template } from './types.ts';

/** That everything a template refers to is in it, on branches not taken as well. Throws ValidationError. */
export function checkReferences(template: Template): void {
  checkNames(template);
  checkConditions(template);
  const missing = new Set<string>();
  for (const resource of template.resources.values()) {
    if (resource.condition !== undefined && !template.conditions.has(resource.condition))
      throw missingCondition(resource.condition, 'Resources');
    for (const id of resource.dependsOn) if (!template.resources.has(id)) missing.add(id);
    for (const reference of referencesOf(resource)) checkReference(reference, template, missing);
    for (const part of partsOf(resource)) checkImports(part, template);
  }
  if (missing.size > 0) throw unresolved([...missing]);
  for (const [name, output] of template.outputs) {
    if (output.condition !== undefined && !template.conditions.has(output.condition))
      throw missingCondition(output.condition, 'Outputs');
    for (const reference of referencesIn(output.value)) checkReference(reference, template, missing);
    checkImports(output.value, template);
    if (output.exportName !== undefined && isDependent(output.exportName, template))
      throw malformedExport(name);
  }
  if (missing.size > 0) throw unresolved([...missing], 'Outputs');
}

/** The parts of a resource that functions may stand in. */
export const partsOf = (resource: ResourceDeclaration): JsonValue[] =>
  [resource.properties, resource.metadata, resource.creationPolicy, resource.updatePolicy].filter(
    (part) => part !== undefined,
  );

/** All that a resource names, DependsOn aside. */
export const referencesOf = (
  resource: ResourceDeclaration,
  decided?: (condition: string) => boolean | undefined,
): Reference[] => partsOf(resource).flatMap((part) => referencesIn(part, decided));

function checkNames(template: Template): void {
  const shared = [...template.resources.keys()].filter((name) => template.parameters.has(name));
  // Source: Eucalyptus, which took CloudFormation's words.
  if (shared.length > 0)
    throw validationError(
      `Template error: all resources and parameters must have unique names. Common name(s):[${shared.join(', ')}]`,
    );
}

function checkReference(reference: Reference, template: Template, missing: Set<string>): void {
  switch (reference.kind) {
    case 'ref':
      if (!isParameter(reference.name, template) && !template.resources.has(reference.name))
        missing.add(reference.name);
      return;
    case 'attribute':
      if (template.resources.has(reference.logicalId)) return;
      // Source of both messages: public reports of them.
      throw validationError(
        reference.by === 'Fn::GetAtt'
          ? `Template error: instance of Fn::GetAtt references undefined resource ${reference.logicalId}`
          : `Template error: instance of Fn::Sub references invalid resource attribute ${reference.logicalId}.${reference.attribute ?? ''}`,
      );
    case 'condition':
      if (!template.conditions.has(reference.name))
        // Source: recorded in LocalStack's tests against AWS.
        throw validationError(
          `Template error: unresolved condition dependency ${reference.name} in ${reference.by}`,
        );
      return;
    case 'mapping':
      if (!template.mappings.has(reference.name))
        throw validationError(
          `Template error: Mapping named '${reference.name}' is not present in the 'Mappings' section of template.`,
        );
      return;
    case 'import':
    case 'zones':
  }
}

const isParameter = (name: string, template: Template): boolean =>
  template.parameters.has(name) || PSEUDO_PARAMETERS.some((pseudo) => pseudo === name);

/** Source: Eucalyptus, which took CloudFormation's words. */
function checkConditions(template: Template): void {
  const resources = new Set<string>();
  for (const condition of template.conditions.values())
    for (const reference of referencesInCondition(condition)) {
      if (reference.kind === 'ref' && !isParameter(reference.name, template)) resources.add(reference.name);
      else if (reference.kind === 'attribute') resources.add(reference.logicalId);
      else checkReference(reference, template, resources);
    }
  if (resources.size > 0)
    throw validationError(
      `Template format error: Unresolved dependencies [${[...resources].join(', ')}]. Cannot reference resources in the Conditions block of the template`,
    );
}

/** The wording is ours. */
const missingCondition = (name: string, section: string): Error =>
  validationError(
    `Template format error: Unresolved condition dependency ${name} in the ${section} block of the template`,
  );

/** The name of an import or an export is known before anything is made. */
function checkImports(value: JsonValue, template: Template): void {
  if (isList(value)) {
    for (const item of value) checkImports(item, template);
    return;
  }
  if (!isObject(value)) return;
  const called = functionOf(value);
  if (called?.name === 'Fn::ImportValue' && isDependent(called.argument, template)) throw dependentImport();
  for (const item of Object.values(value)) checkImports(item, template);
}

const isDependent = (value: JsonValue, template: Template): boolean =>
  referencesIn(value).some(
    (reference) =>
      reference.kind === 'attribute' ||
      reference.kind === 'import' ||
      reference.kind === 'zones' ||
      (reference.kind === 'ref' && !isParameter(reference.name, template)),
  );
