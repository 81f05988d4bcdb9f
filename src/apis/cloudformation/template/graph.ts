import { validationError } from './errors.ts';

/** What each of some things needs directly. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The same things, each after all that it needs; else in their own order. Throws ValidationError for a circle, in
 * CloudFormation's words.
 */
export function orderByDependencies(dependencies: Dependencies): string[] {
  const order = new Set<string>();
  const remaining = new Map([...dependencies].map(([name, needs]) => [name, needs.size]));
  const neededBy = dependents(dependencies);
  const positions = new Map([...dependencies.keys()].map((name, index) => [name, index]));
  let ready = [...remaining].filter(([, count]) => count === 0).map(([name]) => name);
  while (ready.length > 0) {
    const next: string[] = [];
    for (const name of ready) {
      order.add(name);
      for (const other of neededBy.get(name) ?? []) {
        const count = (remaining.get(other) ?? 0) - 1;
        remaining.set(other, count);
        if (count === 0) next.push(other);
      }
    }
    ready = next.sort((one, other) => (positions.get(one) ?? 0) - (positions.get(other) ?? 0));
  }
  if (order.size < dependencies.size)
    // Source: public reports of this message.
    throw validationError(
      `Circular dependency between resources: [${inCircles(dependencies, order).join(', ')}]`,
    );
  return [...order];
}

/** What needs each of some things directly: the order of deletion. */
export function dependents(dependencies: Dependencies): ReadonlyMap<string, ReadonlySet<string>> {
  const result = new Map([...dependencies.keys()].map((name) => [name, new Set<string>()]));
  for (const [name, needs] of dependencies) for (const need of needs) result.get(need)?.add(name);
  return result;
}

/** Those without an order that are in a circle or between two, rather than behind one. */
function inCircles(dependencies: Dependencies, ordered: ReadonlySet<string>): string[] {
  const left = new Set([...dependencies.keys()].filter((name) => !ordered.has(name)));
  const neededBy = dependents(dependencies);
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const name of left)
      if (![...(neededBy.get(name) ?? [])].some((other) => left.has(other))) {
        left.delete(name);
        isChanged = true;
      }
  }
  return [...left];
}
