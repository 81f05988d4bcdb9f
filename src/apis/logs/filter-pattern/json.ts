import { InvalidParameterException } from '../../../model/aws-error.ts';
import { type Comparison, readComparison, readOperator, type RegexCount } from './comparison.ts';
import type { MessageTest } from './compile.ts';
import { readExpression } from './expression.ts';
import { invalidPattern, Scanner } from './scanner.ts';

/** A step into a value: a property's name, an array's index, or `*` for any item of an array. */
type Step = { readonly property: string } | { readonly index: number | '*' };

type ValueTest = (value: unknown) => boolean;

/** `{ $.a.b[0] = "x*" && ($.n >= 5 || $.m IS TRUE) }`: messages that are JSON objects or arrays with such properties. */
export function compileJsonPattern(text: string): MessageTest {
  // Source: public reports of what the service answers.
  if (!text.endsWith('}'))
    throw new InvalidParameterException("If a filter pattern starts with '{' it must end with '}'");
  const scanner = new Scanner(text);
  const regexes = { count: 0 };
  scanner.expect('{');
  const test = readExpression(scanner, () => readCondition(scanner, regexes));
  scanner.expect('}');
  if (!scanner.atEnd) throw invalidPattern();
  return (message) => {
    const value = parseJson(message);
    return value !== undefined && test(value);
  };
}

function parseJson(message: string): object | undefined {
  // Most messages are no JSON at all: that costs no exception.
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

function readCondition(scanner: Scanner, regexes: RegexCount): ValueTest {
  const steps = readSelector(scanner);
  const test = readTest(scanner, regexes);
  if (test === 'NOT EXISTS') return (root) => [...select(root, steps)].length === 0;
  // A property that is not there fulfils no comparison, `!=` neither.
  return (root) => select(root, steps).some(test);
}

function readTest(scanner: Scanner, regexes: RegexCount): ValueTest | 'NOT EXISTS' {
  const operator = readOperator(scanner);
  if (operator !== undefined) return comparesTo(readComparison(scanner, operator, regexes));
  const words = scanner.match(/(?:IS\s+(?:NULL|TRUE|FALSE)|NOT\s+EXISTS)\b/iy);
  switch (words?.toUpperCase().replace(/\s+/g, ' ')) {
    case 'IS NULL':
      return (value) => value === null;
    case 'IS TRUE':
      return (value) => value === true;
    case 'IS FALSE':
      return (value) => value === false;
    case 'NOT EXISTS':
      return 'NOT EXISTS';
    default:
      throw invalidPattern();
  }
}

function comparesTo({ text, number }: Comparison): ValueTest {
  return (value) =>
    typeof value === 'string' ? text(value) : typeof value === 'number' ? number(value) : false;
}

/** `$`, then `.name`, `['name']`, `[0]` or `[*]` any number of times. */
function readSelector(scanner: Scanner): Step[] {
  scanner.expect('$');
  const steps: Step[] = [];
  for (;;) {
    const step = readStep(scanner);
    if (!step) break;
    steps.push(step);
  }
  if (steps.length === 0) throw invalidPattern();
  return steps;
}

function readStep(scanner: Scanner): Step | undefined {
  const property = scanner.match(/\.[\p{L}\p{N}_@:-]+/uy);
  if (property !== undefined) return { property: property.slice(1) };
  const index = scanner.match(/\.?\[(?:\d+|\*)\]/y)?.replace(/[.[\]]/g, '');
  if (index !== undefined) return { index: index === '*' ? '*' : Number(index) };
  const named = scanner.match(/\.?\[(?:'[^']*'|"[^"]*")\]/y);
  return named === undefined ? undefined : { property: named.replace(/^\.?\[.|.\]$/gs, '') };
}

/** The values at the end of the steps: none, one, or with `*` several. */
function select(root: unknown, steps: readonly Step[]): unknown[] {
  let values = [root];
  for (const step of steps) values = values.flatMap((value) => follow(value, step));
  return values;
}

/** Items come in an array of their own, so that one that is an array itself stays whole. */
function follow(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('property' in step) {
    if (Array.isArray(value) || !Object.hasOwn(value, step.property)) return [];
    return [(value as Record<string, unknown>)[step.property]];
  }
  if (!Array.isArray(value)) return [];
  if (step.index === '*') return value;
  return step.index < value.length ? [value[step.index]] : [];
}
