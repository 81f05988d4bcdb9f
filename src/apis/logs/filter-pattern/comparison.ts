import { compileRegex } from './regex.ts';
import { invalidPattern, type Scanner } from './scanner.ts';

/** What a property or word is compared with: a text that may have `*` in it, a number, or a regular expression. */
export type Comparison = {
  /** For texts. */
  readonly text: (value: string) => boolean;
  /** For numbers. */
  readonly number: (value: number) => boolean;
};

const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

/** Source: the user guide, JSON and space-delimited patterns: at most two regular expressions. */
const MAX_REGEXES = 2;

/** Counts the regular expressions of one pattern. */
export type RegexCount = { count: number };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Takes an operator if one is next. */
export function readOperator(scanner: Scanner): Operator | undefined {
  return OPERATORS.find((operator) => scanner.take(operator));
}

/**
 * Takes the value after an operator. A text in quotation marks is compared with texts only; a number without them with
 * numbers by value and with texts as it is written.
 */
export function readComparison(scanner: Scanner, operator: Operator, regexes: RegexCount): Comparison {
  scanner.skipSpace();
  const isNegated = operator === '!=';
  const isEquality = isNegated || operator === '=';
  const regex = scanner.percented();
  if (regex !== undefined) {
    regexes.count += 1;
    if (!isEquality || regexes.count > MAX_REGEXES) throw invalidPattern();
    const expression = compileRegex(regex);
    const matches = (value: string): boolean => expression.test(value) !== isNegated;
    return { text: matches, number: (value) => matches(String(value)) };
  }
  const quoted = scanner.quoted();
  const written = quoted ?? scanner.match(/[^\s"%&|(),[\]{}=<>!]+/y);
  if (written === undefined) throw invalidPattern();
  const isNumber = quoted === undefined && NUMBER.test(written);
  if (!isEquality) {
    if (!isNumber) throw invalidPattern();
    const holds = numericTest(operator, Number(written));
    return { text: () => false, number: holds };
  }
  const wildcard = wildcardTest(written);
  return {
    text: (value) => wildcard(value) !== isNegated,
    number: (value) =>
      (isNumber ? value === Number(written) : quoted === undefined && wildcard(String(value))) !== isNegated,
  };
}

function numericTest(operator: '<' | '>' | '<=' | '>=', bound: number): (value: number) => boolean {
  switch (operator) {
    case '<':
      return (value) => value < bound;
    case '>':
      return (value) => value > bound;
    case '<=':
      return (value) => value <= bound;
    case '>=':
      return (value) => value >= bound;
  }
}

/** Whether a text is this one, in which `*` stands for any characters. In linear time for one `*`, and bounded for more. */
function wildcardTest(pattern: string): (value: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (value) => value === pattern;
  return (value) => {
    if (!value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let at = first.length;
    // Taking each part at its first place leaves the most for the next ones.
    for (const part of others) {
      const found = value.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** The number that a whole word is; undefined when it is none. */
export const numberIn = (word: string): number | undefined => (NUMBER.test(word) ? Number(word) : undefined);
