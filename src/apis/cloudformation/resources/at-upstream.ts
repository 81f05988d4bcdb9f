import { cloudControl } from './upstream-cloud-control.ts';
import { upstreamStack, upstreamStackName } from './upstream-stack.ts';
import type { UpstreamWay } from './upstream-way.ts';
import type { JsonMap } from '../../../model/stack.ts';
import type { Outcome, ResourceContext, ResourceHandler } from './handler.ts';

/** In the order in which they are tried. */
const WAYS: Readonly<Record<string, UpstreamWay>> = { cloudControl, stack: upstreamStack };
const wayOf = ({ kept }: ResourceContext): string | undefined =>
  typeof kept['way'] === 'string' ? kept['way'] : undefined;

/** What the upstream was found not to make, so that each type is asked for once. */
export type Unserved = { readonly has: (key: string) => boolean; readonly add: (key: string) => unknown };

/** What is made at the upstream is `here` where that has no way to make it: by `fallback`. */
export function atUpstream(
  fallback: ResourceHandler,
  unserved: Unserved,
  complete: (context: ResourceContext) => JsonMap = ({ properties }) => properties,
): ResourceHandler {
  const next = (context: ResourceContext): Outcome => {
    const way = Object.keys(WAYS).find((name) => !unserved.has(`${name} ${context.type}`)) ?? 'here';
    // Until it has its id it is known by the name of its stack there, also where it has none: so it is deleted whatever comes.
    const physicalId = way === 'here' ? fallback.nameOf?.(context) : upstreamStackName(context);
    return {
      kind: 'again',
      afterMs: 1,
      kept: { way },
      ...(physicalId !== undefined && { physicalId }),
    };
  };
  /** Emulators leave out some of the attributes. */
  const filled = (outcome: Outcome, context: ResourceContext): Outcome => {
    if (outcome.kind !== 'done') return outcome;
    const { physicalId, attributes = {} } = outcome;
    const guessed = fallback.attributesOf?.({ ...context, physicalId }) ?? {};
    const missing = context.reads.filter(
      (name) => !Object.hasOwn(attributes, name) && Object.hasOwn(guessed, name),
    );
    return {
      ...outcome,
      attributes: {
        ...Object.fromEntries(missing.map((name) => [name, guessed[name] ?? ''])),
        ...attributes,
      },
    };
  };
  return {
    ...(fallback.serviceName !== undefined && { serviceName: fallback.serviceName }),
    ...(fallback.attributeOf && { attributeOf: fallback.attributeOf }),
    createOnly: fallback.createOnly,
    async create(context) {
      const name = wayOf(context);
      if (name === undefined) return next(context);
      const way = WAYS[name];
      if (!way) return noted(await fallback.create(context), context);
      const outcome = await way.create({ ...context, properties: complete(context) });
      if (outcome !== 'unserved') return filled(outcome, context);
      unserved.add(`${name} ${context.type}`);
      return next(context);
    },
    async update(context) {
      const way = WAYS[wayOf(context) ?? ''];
      if (way) return filled(await way.update({ ...context, properties: complete(context) }), context);
      const { physicalId = '' } = context;
      return fallback.update ? fallback.update(context) : { kind: 'done', physicalId };
    },
    remove: (context) => (WAYS[wayOf(context) ?? ''] ?? fallback).remove(context),
  };
}

const noted = (outcome: Outcome, { type }: ResourceContext): Outcome =>
  outcome.kind === 'done' && outcome.note?.startsWith('Recorded only by ecsidecar') === true
    ? { ...outcome, note: `Recorded only by ecsidecar: the upstream makes no ${type}.` }
    : outcome;
