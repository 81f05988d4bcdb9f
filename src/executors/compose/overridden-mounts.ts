import type { Mount, OverriddenMounts } from '../../model/reload.ts';

/** A volume of a service in Compose's long form. */
type Volume = {
  readonly type?: unknown;
  readonly source?: unknown;
  readonly target?: unknown;
  readonly read_only?: unknown;
};

/**
 * What override files made of the host paths that a service mounts: its volumes as generated, and as Compose merged
 * them. Undefined when they are the same.
 */
export function overriddenMounts(
  generated: readonly unknown[],
  merged: readonly unknown[],
): OverriddenMounts | undefined {
  const [before, after] = [bindsOf(generated, false), bindsOf(merged, true)];
  const isSame = (one: Mount, other: Mount): boolean =>
    one.containerPath === other.containerPath && one.hostPath === other.hostPath;
  const added = after.filter((mount) => !before.some((other) => isSame(mount, other)));
  const gone = before
    .filter((mount) => !after.some((other) => isSame(mount, other)))
    .map(({ containerPath }) => containerPath);
  return added.length + gone.length === 0 ? undefined : { added, gone };
}

/** Compose prints each `$` of a text twice. */
const bindsOf = (volumes: readonly unknown[], isPrinted: boolean): Mount[] =>
  (volumes as readonly Volume[]).flatMap(({ type, source, target, read_only }) => {
    if (type !== 'bind' || typeof source !== 'string' || typeof target !== 'string') return [];
    const text = (value: string): string => (isPrinted ? value.replaceAll('$$', '$') : value);
    return [{ hostPath: text(source), containerPath: text(target), readOnly: read_only === true }];
  });
