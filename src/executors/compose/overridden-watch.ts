import { isDeepStrictEqual } from 'node:util';
import { isReloadLabel, type Mount, type OverriddenWatch } from '../../model/reload.ts';

/** A volume of a service in Compose's long form. */
type Volume = {
  readonly type?: unknown;
  readonly source?: unknown;
  readonly target?: unknown;
  readonly read_only?: unknown;
};

/** Of a service what its reload depends on; labels as a map, which is how Compose prints them too. */
export type WatchedService = { readonly volumes?: readonly unknown[]; readonly labels?: unknown };

/**
 * What override files made of the host paths that a service mounts and of the labels that steer its reload: the service
 * as generated, and as Compose merged it. Undefined when they are the same.
 */
export function overriddenWatch(
  generated: WatchedService,
  merged: WatchedService,
): OverriddenWatch | undefined {
  const [before, after] = [bindsOf(generated, false), bindsOf(merged, true)];
  const isSame = (one: Mount, other: Mount): boolean =>
    one.containerPath === other.containerPath && one.hostPath === other.hostPath;
  const added = after.filter((mount) => !before.some((other) => isSame(mount, other)));
  const gone = before
    .filter((mount) => !after.some((other) => isSame(mount, other)))
    .map(({ containerPath }) => containerPath);
  const labels = reloadLabels(merged, true);
  const isSteeredAnew = !isDeepStrictEqual(labels, reloadLabels(generated, false));
  if (added.length + gone.length === 0 && !isSteeredAnew) return undefined;
  return { added, gone, ...(isSteeredAnew && { labels }) };
}

const bindsOf = ({ volumes = [] }: WatchedService, isPrinted: boolean): Mount[] =>
  (volumes as readonly Volume[]).flatMap(({ type, source, target, read_only }) => {
    if (type !== 'bind' || typeof source !== 'string' || typeof target !== 'string') return [];
    const [hostPath, containerPath] = [textOf(source, isPrinted), textOf(target, isPrinted)];
    return [{ hostPath, containerPath, readOnly: read_only === true }];
  });

const reloadLabels = ({ labels }: WatchedService, isPrinted: boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels ?? {}).flatMap(([name, value]: [string, unknown]) =>
      isReloadLabel(name) ? [[name, textOf(String(value), isPrinted)]] : [],
    ),
  );

/** Compose prints each `$` of a text twice. */
const textOf = (text: string, isPrinted: boolean): string => (isPrinted ? text.replaceAll('$$', '$') : text);
