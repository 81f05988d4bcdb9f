const MAX_COUNT = 256;

/**
 * The first `count` blocks of a network, each with `hostBits` bits for its hosts. Source: the user guide, "Fn::Cidr".
 * Undefined when the block is none, or does not hold so many.
 */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] | undefined {
  const [address = '', prefixText = ''] = block.split('/');
  const isV6 = address.includes(':');
  const width = isV6 ? 128 : 32;
  const start = isV6 ? parseV6(address) : parseV4(address);
  const prefix = Number(prefixText);
  if (start === undefined || !/^\d+$/.test(prefixText) || prefix > width) return undefined;
  if (count < 1 || count > MAX_COUNT || hostBits < 1 || hostBits > width - prefix) return undefined;
  const size = 1n << BigInt(hostBits);
  const networkSize = 1n << BigInt(width - prefix);
  if (size * BigInt(count) > networkSize) return undefined;
  const base = (start / networkSize) * networkSize;
  return Array.from({ length: count }, (_, index) => {
    const at = base + size * BigInt(index);
    return `${isV6 ? formatV6(at) : formatV4(at)}/${width - hostBits}`;
  });
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

const formatV4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');

function parseV6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array<string>(missing).fill('0'), ...after];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** With the longest run of zeros as `::`. */
function formatV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const longest = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort(
    (a, b) => b[0].length - a[0].length,
  )[0];
  if (!longest) return groups.join(':');
  const text = groups.join(':');
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
