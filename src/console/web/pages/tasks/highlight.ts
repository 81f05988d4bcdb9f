/** A piece of a line, and what it is. */
export type Piece = {
  readonly text: string;
  readonly kind: 'comment' | 'key' | 'string' | 'literal' | 'plain';
};

/** Keys and values of a line of YAML as the sidecar writes it, and of JSON in lines; enough to colour it, no more. */
export function piecesOf(line: string): Piece[] {
  const [, indent = '', rest = ''] = /^(\s*(?:- )*)(.*)$/s.exec(line) ?? [];
  if (rest.startsWith('#')) return [plain(indent), { text: rest, kind: 'comment' } as const].filter(hasText);
  const [, key = '', after = rest] =
    /^("(?:[^"\\]|\\.)*"\s*:(?=\s|$)|[^\s"'#{[][^:#]*:(?=\s|$))(.*)$/s.exec(rest) ?? [];
  return [plain(indent), { text: key, kind: 'key' } as const, ...valuePieces(after)].filter(hasText);
}

function valuePieces(text: string): Piece[] {
  const [, space = '', value = '', end = ''] = /^(\s*)(.*?)(,?\s*)$/s.exec(text) ?? [];
  const kind = /^["']/.test(value)
    ? 'string'
    : /^(true|false|null|~|-?\d+(\.\d+)?)$/.test(value)
      ? 'literal'
      : /^[[\]{}|>&*]/.test(value)
        ? 'plain'
        : 'string';
  return [plain(space), { text: value, kind }, plain(end)];
}

const plain = (text: string): Piece => ({ text, kind: 'plain' });

const hasText = ({ text }: Piece): boolean => text !== '';
