import { setFlagsFromString } from 'node:v8';
import { invalidPattern } from './scanner.ts';

/*
 * Patterns and messages come from others: an expression that backtracks too much goes on in V8's linear-time engine, so
 * that none can hold up the process. V8 reads both flags whenever it compiles an expression.
 */
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
setFlagsFromString('--regexp-backtracks-before-fallback=50000');

/** Letters, digits, the symbols and the operators that may be in an expression; no parentheses. */
const ALLOWED = /^[\w:#=@/;,\-^$?[\]{}|\\*+.]+$/;
/** A backslash stands before a symbol, a class letter, or `xhh`. */
const ESCAPE = /\\(?:[dDsSwW]|x[0-9a-fA-F]{2}|[^a-zA-Z0-9])/g;
/** The linear-time engine would have to write repetitions out, and leaves long ones to backtracking. */
const MAX_REPETITIONS = 1000;

/**
 * The regular expression between two percent signs. Source: the user guide, "Supported regular expressions (regex)
 * syntax". Throws InvalidParameterException.
 */
export function compileRegex(source: string): RegExp {
  const withoutEscapes = source.replace(ESCAPE, '');
  if (!ALLOWED.test(source) || withoutEscapes.includes('\\')) throw invalidPattern();
  for (const [, count] of withoutEscapes.matchAll(/[{,](\d+)(?=[,}])/g))
    if (Number(count) > MAX_REPETITIONS) throw invalidPattern();
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern();
  }
}
