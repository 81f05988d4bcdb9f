import type { AwsError } from '../../../model/aws-error.ts';
import type { Json, JsonMap, Stack, StackOutput, StackResource, StackStore } from '../../../model/stack.ts';
import { zonesOf } from '../../../model/zones.ts';
import { validationError } from '../template/errors.ts';
import { evaluate } from '../template/evaluate.ts';
import { evaluateProperties } from '../template/pins.ts';
import type { Lookup, PreparedTemplate, Surroundings } from '../template/types.ts';
import type { ResourceHandler } from '../resources/handler.ts';
import { isGone, type Wanted } from './plan.ts';

export type WantedOptions = {
  readonly store: Pick<StackStore, 'listLive'>;
  readonly handlerOf: (type: string) => ResourceHandler;
};

/** What a template's functions are answered from: the resources as they are by now, and other stacks' exports. */
export function surroundingsOf(
  { store, handlerOf }: WantedOptions,
  stack: Pick<Stack, 'scope' | 'id' | 'name'>,
  rows: readonly StackResource[],
  onImport: (name: string) => void = () => undefined,
): Surroundings {
  const current = new Map(
    rows.filter((row) => row.isCurrent && !isGone(row)).map((row) => [row.logicalId, row]),
  );
  let exported: ReadonlyMap<string | undefined, string> | undefined;
  return {
    refOf(logicalId): Lookup {
      const row = current.get(logicalId);
      return row?.physicalId === undefined ? { kind: 'notYetKnown' } : known(row.physicalId);
    },
    attributeOf(logicalId, attribute): Lookup {
      const row = current.get(logicalId);
      if (row?.physicalId === undefined) return { kind: 'notYetKnown' };
      const value = Object.hasOwn(row.attributes, attribute)
        ? row.attributes[attribute]
        : handlerOf(row.type).attributeOf?.(
            {
              scope: stack.scope,
              stackName: stack.name,
              logicalId,
              type: row.type,
              token: row.generation,
              properties: row.properties,
              physicalId: row.physicalId,
            },
            attribute,
          );
      return value === undefined ? { kind: 'missing' } : known(value);
    },
    exportOf(name): Lookup {
      onImport(name);
      exported ??= new Map(exportsOf(store, stack.scope).map((one) => [one.exportName, one.value]));
      const value = exported.get(name);
      return value === undefined ? { kind: 'missing' } : known(value);
    },
    stackOutputOf({ stackName, outputName, region, accountId }): Lookup {
      const output = store
        .listLive({ account: accountId, region })
        .find(({ name }) => name === stackName)
        ?.outputs.find(({ key }) => key === outputName);
      return output ? known(output.value) : { kind: 'missing' };
    },
    availabilityZonesOf: (region) => zonesOf(region || stack.scope.region),
  };
}

/** All exports of an account and region, each with the stack that makes it. */
export const exportsOf = (
  store: Pick<StackStore, 'listLive'>,
  scope: Stack['scope'],
): (StackOutput & { readonly stack: Stack })[] =>
  store
    .listLive(scope)
    .flatMap((stack) =>
      stack.outputs.flatMap((output) => (output.exportName === undefined ? [] : [{ ...output, stack }])),
    );

/** The names of the stacks that import this export. */
export const importersOf = (
  store: Pick<StackStore, 'listLive'>,
  scope: Stack['scope'],
  exportName: string,
): string[] =>
  store
    .listLive(scope)
    .filter(({ imports }) => imports.includes(exportName))
    .map(({ name }) => name);

/** A template as the planner sees it: each resource evaluated from what the others are by now. */
export function wantedOf(
  options: WantedOptions,
  stack: Stack,
  prepared: PreparedTemplate,
  rows: readonly StackResource[],
): Wanted {
  const imports = new Set<string>();
  const surroundings = surroundingsOf(options, stack, rows, (name) => imports.add(name));
  return {
    order: [...prepared.resources.keys()],
    dependenciesOf: (logicalId) => prepared.dependencies.get(logicalId) ?? new Set(),
    resource(logicalId) {
      const declaration = prepared.resources.get(logicalId);
      if (!declaration) throw new Error(`${logicalId} is not in the template`);
      const { metadata, creationPolicy } = declaration;
      const reads = prepared.reads.get(logicalId);
      return {
        type: declaration.type,
        properties: evaluateProperties(declaration, prepared, surroundings).value as JsonMap,
        ...(options.handlerOf(declaration.type).isTagged === true && {
          tags: (stack.operation?.target ?? stack.version)?.tags ?? [],
        }),
        dependsOn: [...(prepared.dependencies.get(logicalId) ?? [])],
        deletionPolicy: declaration.deletionPolicy ?? 'Delete',
        updateReplacePolicy: declaration.updateReplacePolicy ?? 'Delete',
        ...(metadata && { metadata: JSON.stringify(metadata) }),
        ...(creationPolicy && {
          creationPolicy: evaluate(creationPolicy, prepared, surroundings).value as JsonMap,
        }),
        ...(reads && { reads }),
      };
    },
    outputs() {
      const outputs = [...prepared.outputs].map(([key, declaration]): StackOutput => {
        const { description, exportName } = declaration;
        const value = evaluate(declaration.value, prepared, surroundings).value;
        const name =
          exportName === undefined ? undefined : evaluate(exportName, prepared, surroundings).value;
        return {
          key,
          value: textOfOutput(value, key),
          ...(description !== undefined && { description }),
          ...(name !== undefined && { exportName: textOfOutput(name, key) }),
        };
      });
      // Imports of resources count too: their evaluation is repeated, which costs little.
      for (const declaration of prepared.resources.values())
        evaluate(declaration.properties, prepared, surroundings);
      checkExports(options.store, stack, outputs);
      return { outputs, imports: [...imports] };
    },
  };
}

function textOfOutput(value: Json, key: string): string {
  if (typeof value === 'object')
    throw validationError(
      `Template format error: The Value field of every Outputs member must evaluate to a String and not a ${Array.isArray(value) ? 'List' : 'Map'}. (${key})`,
    );
  return String(value);
}

/** Source: CloudFormation's words in events, as users quote them. */
function checkExports(
  store: Pick<StackStore, 'listLive'>,
  stack: Stack,
  outputs: readonly StackOutput[],
): void {
  const others = exportsOf(store, stack.scope).filter((one) => one.stack.id !== stack.id);
  for (const { exportName } of outputs) {
    const taken = others.find((one) => one.exportName === exportName);
    if (exportName !== undefined && taken)
      throw validationError(
        `Export with name ${exportName} is already exported by stack ${taken.stack.name}`,
      );
  }
  for (const { exportName } of stack.outputs) {
    if (exportName === undefined || outputs.some((one) => one.exportName === exportName)) continue;
    const users = importersOf(store, stack.scope, exportName);
    if (users.length > 0) throw exportInUse('delete', exportName, users);
  }
  for (const { exportName, value } of stack.outputs) {
    const next = outputs.find((one) => one.exportName === exportName);
    if (exportName === undefined || !next || next.value === value) continue;
    const users = importersOf(store, stack.scope, exportName);
    if (users.length > 0) throw exportInUse('update', exportName, users);
  }
}

/** Source: CloudFormation's words: "Export X cannot be deleted as it is in use by Y". */
export const exportInUse = (verb: 'delete' | 'update', name: string, stacks: readonly string[]): AwsError =>
  validationError(
    verb === 'delete'
      ? `Export ${name} cannot be deleted as it is in use by ${stacks.join(', ')}`
      : `Export ${name} cannot be updated as it is in use by ${stacks.join(', ')}`,
  );

const known = (value: Json): Lookup => ({ kind: 'known', value });
