/** One record of the forward protocol, in its message mode, as Docker's fluentd driver sends it. */
export type Forwarded = { readonly tag: string; readonly record: Readonly<Record<string, unknown>> };

/**
 * Takes the bytes of a connection, in any cut, and gives the records that are whole. Reads the part of MessagePack that
 * the driver writes. This file also runs by itself, in a container: it imports nothing.
 */
export function createForwardReader(): (chunk: Buffer) => Forwarded[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const records: Forwarded[] = [];
    for (let found = readValue(rest, 0); found; found = readValue(rest, 0)) {
      const [tag, , record] = found.value as [string, unknown, Record<string, unknown>];
      records.push({ tag, record });
      rest = rest.subarray(found.end);
    }
    return records;
  };
}

type Read = { readonly value: unknown; readonly end: number } | undefined;

/** Undefined when the value is not whole yet. */
function readValue(bytes: Buffer, at: number): Read {
  const type = bytes[at];
  if (type === undefined) return undefined;
  if (type < 0x80) return { value: type, end: at + 1 };
  if (type < 0x90) return readMap(bytes, at + 1, type & 0x0f);
  if (type < 0xa0) return readArray(bytes, at + 1, type & 0x0f);
  if (type < 0xc0) return readBytes(bytes, at + 1, type & 0x1f, true);
  if (type >= 0xe0) return { value: type - 0x100, end: at + 1 };
  switch (type) {
    case 0xc0:
      return { value: null, end: at + 1 };
    case 0xc2:
    case 0xc3:
      return { value: type === 0xc3, end: at + 1 };
    case 0xc4:
    case 0xd9:
      return withLength(bytes, at, 1, (length, start) => readBytes(bytes, start, length, type === 0xd9));
    case 0xc5:
    case 0xda:
      return withLength(bytes, at, 2, (length, start) => readBytes(bytes, start, length, type === 0xda));
    case 0xc6:
    case 0xdb:
      return withLength(bytes, at, 4, (length, start) => readBytes(bytes, start, length, type === 0xdb));
    // An EventTime: seconds and nanoseconds.
    case 0xc7:
      return withLength(bytes, at, 1, (length, start) => readBytes(bytes, start + 1, length, false));
    case 0xd7:
      return readBytes(bytes, at + 2, 8, false);
    case 0xcc:
    case 0xcd:
    case 0xce:
      return withLength(bytes, at, 2 ** (type - 0xcc), (value, end) => ({ value, end }));
    case 0xd2:
      return bytes.length < at + 5 ? undefined : { value: bytes.readInt32BE(at + 1), end: at + 5 };
    case 0xcf:
    case 0xd3:
      return bytes.length < at + 9 ? undefined : { value: Number(bytes.readBigInt64BE(at + 1)), end: at + 9 };
    case 0xdc:
      return withLength(bytes, at, 2, (length, start) => readArray(bytes, start, length));
    case 0xde:
      return withLength(bytes, at, 2, (length, start) => readMap(bytes, start, length));
    default:
      throw new Error(`MessagePack of type ${type.toString(16)} is not read here`);
  }
}

function withLength(
  bytes: Buffer,
  at: number,
  size: number,
  read: (length: number, start: number) => Read,
): Read {
  const start = at + 1 + size;
  return bytes.length < start ? undefined : read(bytes.readUIntBE(at + 1, size), start);
}

function readBytes(bytes: Buffer, at: number, length: number, isText: boolean): Read {
  if (bytes.length < at + length) return undefined;
  const value = bytes.subarray(at, at + length);
  return { value: isText ? value.toString('utf8') : value, end: at + length };
}

function readArray(bytes: Buffer, at: number, length: number): Read {
  const values: unknown[] = [];
  let end = at;
  for (let index = 0; index < length; index++) {
    const read = readValue(bytes, end);
    if (!read) return undefined;
    values.push(read.value);
    end = read.end;
  }
  return { value: values, end };
}

function readMap(bytes: Buffer, at: number, length: number): Read {
  const read = readArray(bytes, at, 2 * length);
  if (!read) return undefined;
  const values = read.value as unknown[];
  const text = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('utf8') : String(value));
  const entries = Array.from({ length }, (_, index) => {
    const value = values[2 * index + 1];
    return [text(values[2 * index]), Buffer.isBuffer(value) ? value.toString('utf8') : value] as const;
  });
  return { value: Object.fromEntries(entries), end: read.end };
}
