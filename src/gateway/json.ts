export type DateForm = 'epochSeconds' | 'epochMilliseconds';

export type Serializer = {
  /** JSON text of any value; undefined members vanish. */
  text(value: unknown): string;
  /**
   * JSON of an action's output as bytes. An output that is frozen, and elements of its lists that are, are remembered by
   * identity: an action freezes what it may answer again unchanged, and a page of a hundred tasks then costs one
   * joining of bytes.
   */
  bytes(output: unknown): Buffer;
};

const [COMMA, OPEN, CLOSE] = [Buffer.from(','), Buffer.from('{'), Buffer.from('}')] as const;

/** Writes dates as ECS (seconds, with milliseconds behind the point) or Logs (milliseconds) send them. */
export function createSerializer(form: DateForm): Serializer {
  /** With a comma before each, ready to be joined. */
  const remembered = new WeakMap<object, Buffer>();
  const toWire = (date: Date): number => (form === 'epochSeconds' ? date.getTime() / 1000 : date.getTime());
  // `value` is what Date's toJSON made of it already; the date itself is still in the holder.
  const replace = function (this: unknown, key: string, value: unknown): unknown {
    const original = (this as Record<string, unknown>)[key];
    return original instanceof Date ? toWire(original) : value;
  };

  // What JSON has no form for (undefined, functions) is null within a list.
  const text = (value: unknown): string => {
    const json: unknown = JSON.stringify(value, replace);
    return typeof json === 'string' ? json : 'null';
  };

  const element = (value: unknown): Buffer => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value))
      return Buffer.from(`,${text(value)}`);
    let bytes = remembered.get(value);
    if (bytes === undefined) {
      bytes = Buffer.from(`,${text(value)}`);
      remembered.set(value, bytes);
    }
    return bytes;
  };

  /** The last answer, with what it was joined from: clients that wait for tasks ask for the same ones again and again. */
  let last: { readonly parts: readonly Buffer[]; readonly joined: Buffer } | undefined;
  const join = (parts: readonly Buffer[]): Buffer => {
    const isSame = (part: Buffer, at: number): boolean => {
      const before = last?.parts[at];
      return before !== undefined && (before === part || before.equals(part));
    };
    if (last?.parts.length === parts.length && parts.every(isSame)) return last.joined;
    const joined = Buffer.concat(parts);
    last = { parts, joined };
    return joined;
  };

  const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

  const bytes = (output: object): Buffer => {
    const parts: Buffer[] = [];
    for (const [name, value] of Object.entries(output as Record<string, unknown>)) {
      if (value === undefined) continue;
      if (parts.length > 0) parts.push(COMMA);
      if (!Array.isArray(value) || value.length === 0 || isPlain(value[0])) {
        parts.push(Buffer.from(text({ [name]: value }).slice(1, -1)));
        continue;
      }
      const [first, ...rest] = value.map((item: unknown) => element(item));
      parts.push(
        Buffer.from(`${JSON.stringify(name)}:[`),
        first?.subarray(1) ?? Buffer.alloc(0),
        ...rest,
        Buffer.from(']'),
      );
    }
    return join([OPEN, ...parts, CLOSE]);
  };

  const whole = new WeakMap<object, Buffer>();
  return {
    text,
    bytes(output) {
      if (typeof output !== 'object' || output === null) return Buffer.from('{}');
      if (!Object.isFrozen(output)) return bytes(output);
      let known = whole.get(output);
      if (known === undefined) {
        known = bytes(output);
        whole.set(output, known);
      }
      return known;
    },
  };
}
