import type { Stack } from '../../../model/stack.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { isGone } from '../engine/plan.ts';
import { surroundingsOf } from '../engine/wanted.ts';
import { evaluate } from '../template/evaluate.ts';
import { isObject } from '../template/json.ts';
import { type Pins, unversionedNames } from '../template/pins.ts';
import type { PreparedTemplate } from '../template/types.ts';
import { readParameter } from './read-parameter.ts';

/**
 * The versions of the SSM parameters that a template refers to without one. A version stays while its value does. What the
 * stack itself makes, what is not there yet and what AWS publishes have none: their newest value is read when it is needed.
 */
export async function ssmVersionsOf(
  context: Pick<CloudFormationContext, 'calls' | 'caller' | 'handlers' | 'signal' | 'store'>,
  stack: Pick<Stack, 'scope' | 'id' | 'name' | 'version'>,
  prepared: PreparedTemplate,
): Promise<Pins> {
  const { store, handlers } = context;
  const rows = store.resources(stack.id).filter((row) => row.isCurrent && !isGone(row));
  const surroundings = surroundingsOf({ store, handlerOf: handlers.of }, stack, rows);
  const own = new Set<unknown>();
  const names = new Set<string>();
  for (const { type, properties } of prepared.resources.values()) {
    // Most have none, and the evaluation of large templates costs.
    const isParameter = type === 'AWS::SSM::Parameter';
    if (!isParameter && !JSON.stringify(properties).includes('resolve:ssm:')) continue;
    const { value } = evaluate(properties, prepared, surroundings);
    for (const name of unversionedNames(value)) names.add(name);
    if (isParameter && isObject(value)) own.add(value['Name']);
  }
  const before = stack.version?.ssmVersions ?? {};
  const found = await Promise.all(
    [...names]
      .filter((name) => !own.has(name))
      .map(async (name): Promise<readonly [string, number] | undefined> => {
        const newest = await readParameter(context, name);
        if (newest?.version === undefined || newest.type === 'SecureString') return undefined;
        const known = Object.hasOwn(before, name) ? before[name] : undefined;
        const kept = known === undefined ? undefined : await readParameter(context, `${name}:${known}`);
        return [name, known !== undefined && kept?.value === newest.value ? known : newest.version];
      }),
  );
  return Object.fromEntries(found.filter((pin) => pin !== undefined));
}
