/*
 * The forms of the Query protocol. Source: Smithy, AWS query protocol: lists are `Name.member.1`, maps
 * `Name.entry.1.key` and `.value`, structures `Name.Member`.
 */

type Tree = Map<string, Tree | string>;

/** So deep no AWS request is. */
const MAX_DEPTH = 32;

/** The input that a form means: structures and lists of texts. What a schema makes numbers of is done later. */
export function parseForm(
  entries: Iterable<readonly [name: string, value: string]>,
): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of entries) {
    const path = name.split('.', MAX_DEPTH);
    let tree = root;
    for (const part of path.slice(0, -1)) {
      const inner = tree.get(part);
      // `Tags=` may stand before `Tags.member.1…`.
      const next: Tree = inner instanceof Map ? inner : new Map<string, Tree | string>();
      tree.set(part, next);
      tree = next;
    }
    const last = path.at(-1) ?? '';
    if (!(tree.get(last) instanceof Map)) tree.set(last, value);
  }
  return toRecord(root);
}

const toRecord = (tree: Tree): Record<string, unknown> =>
  Object.fromEntries([...tree].map(([name, value]) => [name, toValue(value)]));

function toValue(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  const [[only, inner] = ['', '']] = tree;
  if (tree.size === 1 && inner instanceof Map && [...inner.keys()].every((key) => /^\d{1,6}$/.test(key))) {
    const items = [...inner].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => toValue(item));
    if (only === 'member') return items;
    if (only === 'entry') {
      const entries = items as { readonly key?: unknown; readonly value?: unknown }[];
      return Object.fromEntries(entries.map(({ key, value }) => [String(key), value]));
    }
  }
  return toRecord(tree);
}

/** An output as the tree of its XML: lists of `<member>`, times in ISO 8601. */
export const toXmlTree = (output: unknown): unknown => treeOf(output, 'member');

/** The same as EC2 has it: lists of `<item>`. */
export const toEc2Tree = (output: unknown): unknown => treeOf(output, 'item');

function treeOf(output: unknown, item: 'member' | 'item'): unknown {
  if (output instanceof Date) return output.toISOString();
  if (Array.isArray(output)) return { [item]: output.map((one) => treeOf(one, item)) };
  if (typeof output === 'object' && output !== null) {
    const members = Object.entries(output).filter(([, value]) => value !== undefined && value !== null);
    return Object.fromEntries(members.map(([name, value]) => [name, treeOf(value, item)]));
  }
  return typeof output === 'boolean' ? String(output) : output;
}
