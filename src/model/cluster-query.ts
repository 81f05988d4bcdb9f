import type { ContainerInstanceView } from './container-instance.ts';

/** An expression of the cluster query language, ready to be asked of container instances. */
export type ClusterQuery = (instance: ContainerInstanceView) => boolean;

/** The expression cannot be read; the message says where. */
export class ClusterQueryError extends Error {}

// Maps and lists, not objects: names of requests such as `constructor` are looked up here.
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['==', 'equals'],
  ['!=', 'not_equals'],
  ['>', 'greater_than'],
  ['>=', 'greater_than_equal'],
  ['<', 'less_than'],
  ['<=', 'less_than_equal'],
  ['!in', 'not_in'],
  ['!exists', 'not_exists'],
  ['=~', 'matches'],
  ['!~', 'not_matches'],
]);

const POSITIVE = [
  'equals',
  'greater_than',
  'greater_than_equal',
  'less_than',
  'less_than_equal',
  'exists',
  'in',
  'matches',
] as const;
type Operator = (typeof POSITIVE)[number];
type Comparison = Exclude<Operator, 'exists' | 'in' | 'matches'>;

/** A value as it is compared: text by text, numbers, versions and dates by their order. */
type Compare = (value: string, argument: string) => number | undefined;

type Subject = {
  /** None: the instance has no such thing. Several: those of its tasks, any of which may fit. */
  readonly values: (instance: ContainerInstanceView) => readonly string[];
  readonly compare: Compare;
  readonly operators: ReadonlySet<Operator>;
};

const byText: Compare = (value, argument) => (value === argument ? 0 : undefined);

const byNumber: Compare = (value, argument) =>
  /^-?\d+$/.test(argument) ? Number(value) - Number(argument) : undefined;

const byVersion: Compare = (value, argument) => {
  const [a, b] = [value.split('.').map(Number), argument.split('.').map(Number)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return Number.isNaN(difference) ? undefined : difference;
  }
  return 0;
};

/** Source: ECS developer guide: `2018-06-18T22:28:28+00:00`, `…Z`, without a zone, or a day; without one it is UTC. */
const byDate: Compare = (value, argument) => {
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?$/.test(argument);
  const zoned = /T\d{2}:\d{2}:\d{2}$/.test(argument) ? `${argument}Z` : argument;
  const ms = isDate ? Date.parse(zoned) : NaN;
  return Number.isNaN(ms) ? undefined : Date.parse(value) - ms;
};

const TEXTUAL: readonly Operator[] = ['equals', 'in', 'matches'];
const ORDERED: readonly Operator[] = [
  'equals',
  'greater_than',
  'greater_than_equal',
  'less_than',
  'less_than_equal',
];

const subject = (values: Subject['values'], compare: Compare, operators: readonly Operator[]): Subject => ({
  values,
  compare,
  operators: new Set(operators),
});

/** Source: ECS developer guide, cluster query language: the subjects with their operators. */
const SUBJECTS: ReadonlyMap<string, Subject> = new Map(
  Object.entries({
    agentConnected: subject(({ agentConnected }) => [String(agentConnected)], byText, TEXTUAL),
    agentVersion: subject(({ agentVersion }) => [agentVersion], byVersion, ORDERED),
    ec2InstanceId: subject(({ ec2InstanceId }) => [ec2InstanceId], byText, TEXTUAL),
    registeredAt: subject(({ instance }) => [instance.registeredAt.toISOString()], byDate, ORDERED),
    runningTasksCount: subject(({ runningTasksCount }) => [String(runningTasksCount)], byNumber, ORDERED),
    'task:group': subject(
      ({ tasksByGroup, moreByGroup }) => [...tasksByGroup.keys(), ...(moreByGroup?.keys() ?? [])],
      byText,
      TEXTUAL,
    ),
  }),
);

const attributeSubject = (name: string): Subject =>
  subject(
    ({ attributes }) => {
      const value = attributes.get(name);
      return value === undefined ? [] : [value];
    },
    byText,
    [...TEXTUAL, 'exists'],
  );

/** Source: ECS API reference, PlacementConstraint.expression. */
const MAX_LENGTH = 2000;

/**
 * Reads an expression: `subject operator [argument]`, joined by `and`, `or`, `not` and parentheses. Throws
 * ClusterQueryError. Source: ECS developer guide, cluster query language.
 */
export function parseClusterQuery(text: string): ClusterQuery {
  if (text.length > MAX_LENGTH) throw new ClusterQueryError(`it is longer than ${MAX_LENGTH} characters`);
  const scanner = createScanner(text);
  const query = parseOr(scanner);
  if (!scanner.isAtEnd()) throw scanner.unexpected();
  return query;
}

function parseOr(scanner: Scanner): ClusterQuery {
  let left = parseAnd(scanner);
  while (scanner.take(/\|\||or\b/iy) !== undefined) {
    const [first, second] = [left, parseAnd(scanner)];
    left = (instance) => first(instance) || second(instance);
  }
  return left;
}

function parseAnd(scanner: Scanner): ClusterQuery {
  let left = parseNot(scanner);
  while (scanner.take(/&&|and\b/iy) !== undefined) {
    const [first, second] = [left, parseNot(scanner)];
    left = (instance) => first(instance) && second(instance);
  }
  return left;
}

function parseNot(scanner: Scanner): ClusterQuery {
  if (scanner.take(/!|not\b/iy) !== undefined) {
    const query = parseNot(scanner);
    return (instance) => !query(instance);
  }
  if (scanner.take(/\(/y) === undefined) return parseComparison(scanner);
  const query = parseOr(scanner);
  if (scanner.take(/\)/y) === undefined) throw scanner.unexpected();
  return query;
}

function parseComparison(scanner: Scanner): ClusterQuery {
  const name = scanner.take(/(?:attribute:|task:)?[a-zA-Z0-9_.\-/\\]+/y);
  if (name === undefined) throw scanner.unexpected();
  const attribute = /^attribute:(.+)$/.exec(name)?.[1];
  const known = attribute === undefined ? SUBJECTS.get(name) : attributeSubject(attribute);
  if (!known) throw new ClusterQueryError(`${name} is no subject`);
  const { operator, isNegated } = parseOperator(scanner);
  if (!known.operators.has(operator)) throw new ClusterQueryError(`${name} cannot be asked for ${operator}`);
  const holds = parseTest(scanner, operator, known.compare);
  return (instance) => known.values(instance).some(holds) !== isNegated;
}

function parseOperator(scanner: Scanner): { operator: Operator; isNegated: boolean } {
  const found = scanner.take(/==|!=|>=|<=|>|<|=~|!~|!in\b|!exists\b|[a-z_]+/iy)?.toLowerCase() ?? '';
  const word = OPERATORS.get(found) ?? found;
  const isNegated = word.startsWith('not_');
  const positive = isNegated ? word.slice('not_'.length) : word;
  const operator = POSITIVE.find((one) => one === positive);
  if (!operator) throw scanner.unexpected(found);
  return { operator, isNegated };
}

const HOLDS: Readonly<Record<Comparison, (difference: number) => boolean>> = {
  equals: (difference) => difference === 0,
  greater_than: (difference) => difference > 0,
  greater_than_equal: (difference) => difference >= 0,
  less_than: (difference) => difference < 0,
  less_than_equal: (difference) => difference <= 0,
};

function parseTest(scanner: Scanner, operator: Operator, compare: Compare): (value: string) => boolean {
  switch (operator) {
    case 'exists':
      return () => true;
    case 'in': {
      const list = parseList(scanner);
      return (value) => list.includes(value);
    }
    case 'matches': {
      const pattern = parsePattern(scanner);
      return (value) => pattern.test(value);
    }
    default: {
      const argument = scanner.quoted() ?? scanner.take(/[^\s()[\],&|]+/y);
      if (argument === undefined) throw scanner.unexpected();
      const holds = HOLDS[operator];
      return (value) => {
        const difference = compare(value, argument);
        return difference !== undefined && holds(difference);
      };
    }
  }
}

function parseList(scanner: Scanner): string[] {
  if (scanner.take(/\[/y) === undefined) throw scanner.unexpected();
  const items: string[] = [];
  do {
    const item = scanner.quoted() ?? scanner.take(/[^\s()[\],]+/y);
    if (item === undefined) throw scanner.unexpected();
    items.push(item);
  } while (scanner.take(/,/y) !== undefined);
  if (scanner.take(/\]/y) === undefined) throw scanner.unexpected();
  return items;
}

/** The whole value has to match, as with Java's `matches`. Source: ECS developer guide: Java's regular expressions. */
function parsePattern(scanner: Scanner): RegExp {
  const text = scanner.quoted() ?? scanner.balanced();
  if (text === undefined) throw scanner.unexpected();
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    throw new ClusterQueryError(`${text} is no regular expression`);
  }
}

type Scanner = ReturnType<typeof createScanner>;

/** Reads a text from left to right; what is between its parts does not count. */
function createScanner(text: string) {
  let at = 0;
  const skipSpace = (): void => {
    while (/\s/.test(text.charAt(at))) at += 1;
  };
  const take = (pattern: RegExp): string | undefined => {
    skipSpace();
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  return {
    take,
    /** A text between quotes, without them. */
    quoted: (): string | undefined => take(/'[^']*'|"[^"]*"/y)?.slice(1, -1),
    /** All up to a space, or to a parenthesis that was opened before. */
    balanced(): string | undefined {
      skipSpace();
      const start = at;
      let depth = 0;
      for (; at < text.length && !/\s/.test(text.charAt(at)); at += 1) {
        if (text.charAt(at) === '(') depth += 1;
        if (text.charAt(at) === ')' && (depth -= 1) < 0) break;
      }
      return at === start ? undefined : text.slice(start, at);
    },
    isAtEnd(): boolean {
      skipSpace();
      return at === text.length;
    },
    unexpected(found?: string): ClusterQueryError {
      skipSpace();
      const what = found ?? text.slice(at).split(/\s/, 1)[0];
      return new ClusterQueryError(what ? `unexpected '${what}'` : 'it ends too early');
    },
  };
}
