import { InvalidParameterException } from '../../../model/aws-error.ts';

/** Source: what FilterLogEvents answers to a pattern that it cannot read, in public reports of it. */
export const invalidPattern = (): InvalidParameterException =>
  new InvalidParameterException('Invalid filter pattern');

/** Reads a filter pattern from left to right. Every method throws InvalidParameterException where the text ends too early. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  skipSpace(): void {
    this.match(/\s*/y);
  }

  /** Takes these very characters after white space, if they are next. */
  take(literal: string): boolean {
    this.skipSpace();
    if (!this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  /** Takes these very characters after white space; they must be next. */
  expect(literal: string): void {
    if (!this.take(literal)) throw invalidPattern();
  }

  /** Takes what a sticky expression matches here; undefined when it does not. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Takes `"…"` with `\"` and `\\` in it, if a quote is next, and returns what it holds. */
  quoted(): string | undefined {
    const found = this.match(/"(?:[^"\\]|\\.)*"/sy);
    if (found === undefined) {
      if (this.#text[this.#at] === '"') throw invalidPattern();
      return undefined;
    }
    return found.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }

  /** Takes `%…%`, if a percent sign is next, and returns what it holds. */
  percented(): string | undefined {
    const found = this.match(/%[^%]+%/y);
    if (found === undefined && this.#text[this.#at] === '%') throw invalidPattern();
    return found?.slice(1, -1);
  }
}
