import { numberIn, readComparison, readOperator, type RegexCount } from './comparison.ts';
import type { MessageTest } from './compile.ts';
import { readExpression } from './expression.ts';
import { invalidPattern, Scanner } from './scanner.ts';

type WordTest = (word: string) => boolean;

/** What stands at a place between the brackets: a condition on one word, or `...` for any number of words. */
type Field = WordTest | '...';

/** `[ip, user, ..., status = 4*, bytes > 1000]`: messages whose words fulfil these conditions, place by place. */
export function compileSpaceDelimitedPattern(text: string): MessageTest {
  const fields = readFields(text);
  const ellipsis = fields.indexOf('...');
  const tests = fields.filter((field): field is WordTest => field !== '...');
  const allFit = (words: readonly string[]): boolean =>
    tests.every((test, index) => test(words[index] ?? ''));
  if (ellipsis < 0) {
    return (message) => {
      const words = splitWords(message, tests.length);
      return words.length === tests.length && allFit(words);
    };
  }
  const after = tests.length - ellipsis;
  return (message) => {
    const words = splitWords(message);
    return (
      words.length >= tests.length &&
      allFit([...words.slice(0, ellipsis), ...words.slice(words.length - after)])
    );
  };
}

function readFields(text: string): Field[] {
  const scanner = new Scanner(text);
  const regexes = { count: 0 };
  const fields: Field[] = [];
  scanner.expect('[');
  do {
    fields.push(scanner.take('...') ? '...' : readField(scanner, regexes));
  } while (scanner.take(',') && !scanner.take(']'));
  if (!text.endsWith(']')) throw invalidPattern();
  scanner.take(']');
  if (!scanner.atEnd || fields.filter((field) => field === '...').length > 1) throw invalidPattern();
  return fields;
}

/** `name`, `name = value`, or conditions on that one name with `&&`, `||` and parentheses. */
function readField(scanner: Scanner, regexes: RegexCount): WordTest {
  let fieldName: string | undefined;
  return readExpression(scanner, () => {
    scanner.skipSpace();
    const name = scanner.match(/[\p{L}\p{N}_$-]+/uy);
    if (name === undefined || (fieldName !== undefined && name !== fieldName)) throw invalidPattern();
    fieldName = name;
    const operator = readOperator(scanner);
    if (operator === undefined) return () => true;
    const { text, number } = readComparison(scanner, operator, regexes);
    const isText = operator === '=' || operator === '!=';
    return (word) => {
      const value = numberIn(word);
      if (value === undefined) return text(word);
      if (!isText) return number(value);
      // As it is written, or by its value: `404` is `404.0`, and `4*` too is a text.
      return operator === '=' ? text(word) || number(value) : text(word) && number(value);
    };
  });
}

const WORD = /\[[^\]]*\]|"[^"]*"|\S+/g;

/**
 * The words of a message; what stands between brackets or quotation marks is one word, without them. With a limit, the
 * last one has all the rest: that is how the service's own examples read lines that end in free text.
 */
function splitWords(message: string, limit = Infinity): string[] {
  const words: string[] = [];
  for (const match of message.matchAll(WORD)) {
    if (words.length === limit - 1) {
      const rest = message.slice(match.index).trimEnd();
      words.push(rest === match[0] ? unwrapped(rest) : rest);
      break;
    }
    words.push(unwrapped(match[0]));
  }
  return words;
}

const unwrapped = (word: string): string =>
  /^(?:\[.*\]|".*")$/s.test(word) && word.length > 1 ? word.slice(1, -1) : word;
