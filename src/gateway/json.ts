export type DateForm = 'epochSeconds' | 'epochMilliseconds';

/**
 * JSON text of an action's output. Dates are sent as ECS (seconds, with milliseconds behind the point) or Logs
 * (milliseconds) send them; undefined members vanish.
 *
 * Elements of top-level lists that are frozen are remembered by identity: an action freezes what it may answer again
 * unchanged, and a page of a hundred tasks then costs one joining of texts.
 */
export function createSerializer(form: DateForm): (output: unknown) => string {
  const texts = new WeakMap<object, string>();
  const toWire = (date: Date): number => (form === 'epochSeconds' ? date.getTime() / 1000 : date.getTime());
  // `value` is what Date's toJSON made of it already; the date itself is still in the holder.
  const replace = function (this: unknown, key: string, value: unknown): unknown {
    const original = (this as Record<string, unknown>)[key];
    return original instanceof Date ? toWire(original) : value;
  };

  const element = (value: unknown): string => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value))
      return stringify(value) ?? 'null';
    let text = texts.get(value);
    if (text === undefined) {
      text = stringify(value) ?? 'null';
      texts.set(value, text);
    }
    return text;
  };

  const stringify = (value: unknown): string | undefined => JSON.stringify(value, replace);

  return (output) => {
    if (typeof output !== 'object' || output === null) return '{}';
    const members: string[] = [];
    for (const [name, value] of Object.entries(output)) {
      const isDate = value instanceof Date;
      const text = Array.isArray(value)
        ? `[${value.map(element).join(',')}]`
        : isDate
          ? String(toWire(value))
          : stringify(value);
      if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
    }
    return `{${members.join(',')}}`;
  };
}
