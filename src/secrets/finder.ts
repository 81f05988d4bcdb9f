import type { Scope } from '../model/caller.ts';
import { missingParameters, parametersFailure, secretContentFailure, secretFailure } from './failures.ts';
import { jsonKeyOf } from './json-key.ts';
import type { LocalValues } from './local-source.ts';
import type { ObjectReference, ParameterReference, SecretReference } from './references.ts';
import { SourceError, type Source } from './source.ts';
import type { Wanted } from './wanted.ts';

/** Source: SSM API reference, GetParameters. */
const MAX_NAMES = 10;

export type FinderOptions = {
  /** Asked first. */
  readonly local: LocalValues | undefined;
  readonly source: Source;
  /** Added to the message when something is not there. */
  readonly hint: string;
  readonly scope: Scope;
  readonly signal: AbortSignal;
};

/** Finds what one task wants, each thing once. */
export type Finder = {
  /** The values in their order. Throws ExecutorError. */
  values(wanted: readonly Wanted[]): Promise<string[]>;
  /** The whole text of a secret. Throws ExecutorError. */
  secret(reference: SecretReference): Promise<string>;
  /** Throws what the source throws. */
  object(reference: ObjectReference): Promise<string>;
};

export function createFinder({ local, source, hint, scope, signal }: FinderOptions): Finder {
  const secrets = new Map<string, Promise<string>>();

  const fetchSecret = async (reference: SecretReference): Promise<string> => {
    try {
      return await source.secret(scope, reference, signal);
    } catch (error) {
      throw error instanceof SourceError ? secretFailure(reference.secretId, hinted(error, hint)) : error;
    }
  };

  /** Several keys of one version are one request. */
  const secret = ({ jsonKey, ...reference }: SecretReference): Promise<string> => {
    const key = JSON.stringify(reference);
    const found = secrets.get(key) ?? fetchSecret(reference);
    secrets.set(key, found);
    return found;
  };

  /** By name; of one region. */
  const parameters = async (
    region: string,
    wanted: readonly ParameterReference[],
  ): Promise<[string, string][]> => {
    const names = [...new Set(wanted.flatMap((one) => one.names))];
    const chunks = Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, index) =>
      names.slice(index * MAX_NAMES, (index + 1) * MAX_NAMES),
    );
    try {
      const found = await Promise.all(
        chunks.map((chunk) => source.parameters({ ...scope, region }, chunk, signal)),
      );
      return found.flatMap((values) => [...values]);
    } catch (error) {
      throw error instanceof SourceError ? parametersFailure(error) : error;
    }
  };

  /** The values of parameters by `valueFrom`. */
  const allParameters = async (
    wanted: readonly (readonly [valueFrom: string, ParameterReference])[],
  ): Promise<ReadonlyMap<string, string>> => {
    const byRegion = Map.groupBy(wanted, ([, { region = scope.region }]) => region);
    const found = await Promise.all(
      [...byRegion].map(async ([region, asked]) => {
        const values = new Map(
          await parameters(
            region,
            asked.map(([, reference]) => reference),
          ),
        );
        return asked.map(([valueFrom, { names }]) => {
          const name = names.find((one) => values.has(one));
          return [valueFrom, name === undefined ? undefined : values.get(name)] as const;
        });
      }),
    );
    const missing = found.flat().flatMap(([valueFrom, value]) => (value === undefined ? [valueFrom] : []));
    if (missing.length > 0) throw missingParameters([...new Set(missing)], hint);
    return new Map(
      found.flat().flatMap(([valueFrom, value]) => (value === undefined ? [] : [[valueFrom, value]])),
    );
  };

  const localValue = (wanted: Wanted): string | undefined => {
    try {
      return local?.value(wanted);
    } catch (error) {
      throw secretContentFailure(error);
    }
  };

  return {
    async values(wanted) {
      const known = wanted.map(localValue);
      const asked = wanted.flatMap(({ valueFrom, reference }, index) =>
        known[index] === undefined && reference.kind === 'parameter' ? [[valueFrom, reference] as const] : [],
      );
      const fromStore = allParameters(asked);
      const values = wanted.map(async ({ valueFrom, reference }, index) => {
        const found = known[index];
        if (found !== undefined) return found;
        if (reference.kind === 'parameter') return (await fromStore).get(valueFrom) ?? '';
        const text = await secret(reference);
        if (reference.jsonKey === undefined) return text;
        try {
          return jsonKeyOf(text, reference.jsonKey);
        } catch (error) {
          throw secretContentFailure(error);
        }
      });
      return Promise.all(values);
    },
    secret: async (reference) => local?.secret(reference) ?? (await secret(reference)),
    async object(reference) {
      const found = await local?.object(reference);
      if (found !== undefined) return found;
      return source.object(scope, reference, signal).catch((error: unknown) => {
        throw error instanceof SourceError ? hinted(error, hint) : error;
      });
    },
  };
}

/** The same failure, which tells where else was looked. */
const hinted = ({ message, isUnreachable, attempts }: SourceError, hint: string): SourceError =>
  new SourceError(`${message}${hint}`, { isUnreachable, attempts });
