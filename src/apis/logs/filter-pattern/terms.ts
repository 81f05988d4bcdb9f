import type { MessageTest } from './compile.ts';
import { compileRegex } from './regex.ts';
import { invalidPattern, Scanner } from './scanner.ts';

type Term = { readonly kind: 'required' | 'optional' | 'excluded'; readonly matches: MessageTest };

/**
 * Terms for text without structure: all must be in the message, `-` ones must not, of `?` ones any one may; a term is a
 * word, a `"phrase"` or a `%regex%`. Beside other terms those with `?` have no effect, as the user guide says.
 */
export function compileTerms(text: string): MessageTest {
  const terms = readTerms(text);
  const tests = (kind: Term['kind']): MessageTest[] =>
    terms.filter((term) => term.kind === kind).map(({ matches }) => matches);
  const [required, optional, excluded] = [tests('required'), tests('optional'), tests('excluded')];
  if (required.length === 0 && excluded.length === 0 && optional.length > 0)
    return (message) => optional.some((matches) => matches(message));
  return (message) =>
    required.every((matches) => matches(message)) && !excluded.some((matches) => matches(message));
}

function readTerms(text: string): Term[] {
  const scanner = new Scanner(text);
  const terms: Term[] = [];
  scanner.skipSpace();
  while (!scanner.atEnd) {
    const mark = scanner.match(/[?-]/y);
    const kind = mark === '?' ? 'optional' : mark === '-' ? 'excluded' : 'required';
    terms.push({ kind, matches: readTerm(scanner) });
    const gap = scanner.match(/\s+|$/y);
    if (gap === undefined) throw invalidPattern();
  }
  return terms;
}

function readTerm(scanner: Scanner): MessageTest {
  const regex = scanner.percented();
  if (regex !== undefined) {
    const expression = compileRegex(regex);
    return (message) => expression.test(message);
  }
  // Source: the user guide: terms with characters that are not alphanumeric stand in quotation marks.
  const term = scanner.quoted() ?? scanner.match(/[\p{L}\p{M}\p{N}_]+/uy);
  if (term === undefined) throw invalidPattern();
  return (message) => message.includes(term);
}
