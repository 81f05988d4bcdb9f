/**
 * Whether `aws s3 sync` takes a file of this relative path: all are taken, then each pattern in turn lets out or in what it
 * matches. The CDK's function gives all excludes before all includes.
 */
export function syncFilter(
  excludes: readonly string[],
  includes: readonly string[],
): (path: string) => boolean {
  const rules = [
    ...excludes.map((pattern) => ({ pattern: globOf(pattern), isIn: false })),
    ...includes.map((pattern) => ({ pattern: globOf(pattern), isIn: true })),
  ];
  return (path) => rules.reduce((isIn, rule) => (rule.pattern(path) ? rule.isIn : isIn), true);
}

/** Python's fnmatch: `*` is any letters, slashes too, `?` one, `[…]` and `[!…]` one of some. Without back-tracking over stars. */
function globOf(pattern: string): (text: string) => boolean {
  const parts = [...pattern.matchAll(/\*+|\[!?\]?[^\]]*\]|[^]/g)].map(([part]) => part);
  return (text) => {
    let [at, part, starAt, starPart] = [0, 0, -1, -1];
    while (at < text.length) {
      const current = parts[part];
      if (current?.startsWith('*')) {
        [starAt, starPart] = [at, part];
        part += 1;
      } else if (current !== undefined && isOne(current, text[at] ?? '')) {
        at += 1;
        part += 1;
      } else if (starPart >= 0) {
        starAt += 1;
        [at, part] = [starAt, starPart + 1];
      } else return false;
    }
    return parts.slice(part).every((rest) => rest.startsWith('*'));
  };
}

function isOne(part: string, letter: string): boolean {
  if (part === '?') return true;
  if (part.length < 3 || !part.startsWith('[')) return part === letter;
  const isNot = part.startsWith('[!');
  const inside = part.slice(isNot ? 2 : 1, -1);
  const ranges = [...inside.matchAll(/([^])-([^])|([^])/g)];
  const isIn = ranges.some(([, from = '', to = '', one]) =>
    one === undefined ? from <= letter && letter <= to : one === letter,
  );
  return isIn !== isNot;
}
