import { ExecutorError, type ContainerInputs, type ResolvedInputs, type TaskSpec } from '../model/ports.ts';
import { parseEnvFile } from './env-file.ts';
import { environmentFileFailure, firelensFailure, localFailure, secretContentFailure } from './failures.ts';
import { createFinder, type Finder } from './finder.ts';
import type { LocalSource } from './local-source.ts';
import { parseRegistryAuth } from './registry-auth.ts';
import type { Source } from './source.ts';
import { wantedInputs, type Wanted, type WantedInputs, type WantedObject } from './wanted.ts';

export type FetchOptions = {
  readonly local: LocalSource | undefined;
  readonly source: Source;
  /** Where else something was looked for, for people; added to the message. */
  readonly hint: string;
  /** For all of a task's inputs together. */
  readonly deadlineMs: number;
};

/**
 * Fetches all that a task's containers need from elsewhere: secrets first, then files, as ECS. Throws ExecutorError
 * `cannotInitialize`; the signal's reason when it aborts.
 */
export async function fetchInputs(
  { local, source, hint, deadlineMs }: FetchOptions,
  { task, definition }: TaskSpec,
  signal: AbortSignal,
): Promise<ResolvedInputs> {
  const wanted = (definition.containerDefinitions ?? []).flatMap((one) => wantedInputs(one) ?? []);
  if (wanted.length === 0) return new Map();
  // What is still under way when one thing failed is not waited for.
  const failed = new AbortController();
  try {
    const find = createFinder({
      local: await local?.read().catch((error: unknown) => Promise.reject(localFailure(error))),
      source,
      hint,
      scope: task.scope,
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs), failed.signal]),
    });
    const inputs = await findAll(find, wanted);
    for (const [container, found] of inputs) refuseNul(container, found);
    return inputs;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    failed.abort();
  }
}

async function findAll(find: Finder, wanted: readonly WantedInputs[]): Promise<ResolvedInputs> {
  // Of the whole task at once, so that parameters are asked for in few requests.
  const values = wanted.flatMap(({ secrets, logOptions }) => [...secrets, ...logOptions]);
  const [found, auths] = await Promise.all([
    find.values(values),
    Promise.all(wanted.map((one) => registryAuth(find, one))),
  ]);
  const valueOf = new Map(values.map((one, index) => [one, found[index] ?? '']));
  const named = (list: readonly Wanted[]): ReadonlyMap<string, string> =>
    new Map(list.map((one) => [one.name, valueOf.get(one) ?? '']));
  const inputs = wanted.map(async (one, index): Promise<[string, ContainerInputs]> => {
    const [files, firelensConfig] = await Promise.all([
      Promise.all(one.environmentFiles.map((file) => object(find, file, environmentFileFailure))),
      one.firelensConfig && object(find, one.firelensConfig, firelensFailure),
    ]);
    const auth = auths[index];
    return [
      one.container,
      {
        secrets: named(one.secrets),
        logOptions: named(one.logOptions),
        // The first file that has a variable counts, so it is put in last.
        fileVariables: new Map(files.toReversed().flatMap((text) => [...parseEnvFile(text)])),
        ...(auth && { registryAuth: auth }),
        ...(firelensConfig !== undefined && { firelensConfig }),
      },
    ];
  });
  return new Map(await Promise.all(inputs));
}

async function registryAuth(
  find: Finder,
  { registryAuth: reference }: WantedInputs,
): Promise<ContainerInputs['registryAuth']> {
  if (!reference) return undefined;
  const text = await find.secret(reference);
  try {
    return parseRegistryAuth(text);
  } catch (error) {
    throw secretContentFailure(error);
  }
}

async function object(
  find: Finder,
  { arn, reference }: WantedObject,
  failure: typeof environmentFileFailure,
): Promise<string> {
  try {
    return await find.object(reference);
  } catch (error) {
    throw failure(arn, error);
  }
}

/** The kernel ends a string at NUL, and Node would print the whole value that has one. */
function refuseNul(container: string, { secrets, fileVariables, logOptions }: ContainerInputs): void {
  for (const [name, value] of [...secrets, ...fileVariables, ...logOptions])
    if (`${name}${value}`.includes('\0'))
      throw new ExecutorError(
        'cannotCreate',
        `the value of ${name.replaceAll('\0', '')} has a NUL character`,
        {
          container,
        },
      );
}
