import { referencesOf } from './check-references.ts';
import { decideConditions, NO_SURROUNDINGS } from './conditions.ts';
import { malformedExport } from './declarations.ts';
import { createScope } from './evaluate.ts';
import { unresolved } from './functions/references.ts';
import { orderByDependencies } from './graph.ts';
import { withImpliedNeeds } from './implied-needs.ts';
import { textOf } from './json.ts';
import { knownJson } from './nodes.ts';
import { referencesIn, type Reference } from './references-in.ts';
import { type AccountFacts, checkRules } from './rules.ts';
import type { Scope } from './scope.ts';
import { applyTransforms } from './transforms.ts';
import type {
  PreparedTemplate,
  PseudoParameters,
  ResolvedParameters,
  ResourceDeclaration,
  Template,
} from './types.ts';

/**
 * Applies transforms, decides conditions, checks rules, leaves out what is not wanted, and orders the rest.
 * Throws ValidationError: a rule is broken, something refers to a resource that is left out, a circle.
 */
export function prepareTemplate(
  source: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
  facts?: AccountFacts,
): PreparedTemplate {
  const template = applyTransforms(source, parameters, pseudo);
  checkRules(template, parameters, pseudo, facts);
  const conditions = decideConditions(template, parameters, pseudo);
  const isWanted = ({ condition }: { readonly condition: string | undefined }): boolean =>
    condition === undefined || conditions.get(condition) === true;
  const wanted = new Map([...template.resources].filter(([, resource]) => isWanted(resource)));
  const outputs = new Map([...template.outputs].filter(([, output]) => isWanted(output)));

  const decided = (name: string): boolean | undefined => conditions.get(name);
  const missing = new Set<string>();
  const dependencies = new Map(
    [...wanted].map(([logicalId, resource]) => [
      logicalId,
      needsOf(resource, template, decided).filter((need) => {
        if (wanted.has(need.logicalId)) return true;
        // CloudFormation lets DependsOn name a resource that its condition leaves out.
        if (need.by === 'reference') missing.add(need.logicalId);
        return false;
      }),
    ]),
  );
  if (missing.size > 0) throw unresolved([...missing]);
  for (const output of outputs.values())
    for (const reference of referencesIn(output.value, decided)) {
      const logicalId = resourceOf(reference);
      if (logicalId !== undefined && template.resources.has(logicalId) && !wanted.has(logicalId))
        missing.add(logicalId);
    }
  if (missing.size > 0) throw unresolved([...missing], 'Outputs');

  checkExportNames(
    outputs,
    createScope({
      mappings: template.mappings,
      parameters,
      pseudo,
      surroundings: NO_SURROUNDINGS,
      condition: decided,
    }),
  );

  const needs = withImpliedNeeds(
    new Map(
      [...dependencies].map(([logicalId, list]) => [logicalId, new Set(list.map((need) => need.logicalId))]),
    ),
    wanted,
  );
  const resources = new Map(
    orderByDependencies(needs).flatMap((logicalId) => {
      const resource = wanted.get(logicalId);
      return resource ? [[logicalId, resource] as const] : [];
    }),
  );
  const reads = attributesRead([
    ...[...wanted.values()].flatMap((resource) => referencesOf(resource, decided)),
    ...[...outputs.values()].flatMap(({ value }) => referencesIn(value, decided)),
  ]);
  return { template, parameters, pseudo, conditions, resources, outputs, dependencies: needs, reads };
}

/** The attributes of each resource that are named, sorted. */
function attributesRead(references: readonly Reference[]): Map<string, readonly string[]> {
  const byResource = new Map<string, Set<string>>();
  for (const reference of references) {
    if (reference.kind !== 'attribute' || reference.attribute === undefined) continue;
    const names = byResource.get(reference.logicalId) ?? new Set();
    byResource.set(reference.logicalId, names.add(reference.attribute));
  }
  return new Map([...byResource].map(([logicalId, names]) => [logicalId, [...names].sort()]));
}

/** Source: public reports of the message; a name depends on no resource, so that it is known here. */
function checkExportNames(outputs: PreparedTemplate['outputs'], scope: Scope): void {
  for (const [output, { exportName }] of outputs)
    if (
      exportName !== undefined &&
      !/^[A-Za-z0-9:-]{1,255}$/.test(textOf(knownJson(scope.evaluate(exportName))))
    )
      throw malformedExport(output);
}

type Need = { readonly logicalId: string; readonly by: 'reference' | 'DependsOn' };

/** The resources that one needs, on the branches that are taken. */
function needsOf(
  resource: ResourceDeclaration,
  template: Template,
  decided: (condition: string) => boolean | undefined,
): Need[] {
  return [
    ...resource.dependsOn.map((logicalId): Need => ({ logicalId, by: 'DependsOn' })),
    ...referencesOf(resource, decided).flatMap((reference): Need[] => {
      const logicalId = resourceOf(reference);
      return logicalId !== undefined && template.resources.has(logicalId)
        ? [{ logicalId, by: 'reference' }]
        : [];
    }),
  ];
}

const resourceOf = (reference: Reference): string | undefined =>
  reference.kind === 'ref'
    ? reference.name
    : reference.kind === 'attribute'
      ? reference.logicalId
      : undefined;
