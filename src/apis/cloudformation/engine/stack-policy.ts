/** What an update does to a resource, as a stack policy names it. */
export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

type Texts = string | readonly string[];
type Statement = {
  readonly Effect?: string;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
};

/** The statements of a stack policy; undefined for a text that is none. */
export function readPolicy(body: string): readonly Statement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(body) as { Statement?: unknown };
    if (statements === undefined) return undefined;
    const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
    return list.every(isStatement) ? list : undefined;
  } catch {
    return undefined;
  }
}

const isStatement = (value: unknown): value is Statement => typeof value === 'object' && value !== null;

/**
 * Why a stack policy does not let an update do this to a resource; undefined when it does. What a policy does not allow
 * is denied. Source: the user guide, "Prevent updates to stack resources".
 */
export function denialBy(
  body: string,
  action: UpdateAction,
  { logicalId, type }: { readonly logicalId: string; readonly type: string },
): string | undefined {
  const statements = readPolicy(body) ?? [];
  const holds = (statement: Statement): boolean =>
    concerns(statement.Action, statement.NotAction, action) &&
    concerns(statement.Resource, statement.NotResource, `LogicalResourceId/${logicalId}`) &&
    Object.entries(statement.Condition ?? {}).every(([operator, values]) =>
      operator === 'StringEquals' || operator === 'StringLike'
        ? listOf(values['ResourceType']).some((pattern) => matches(pattern, type))
        : false,
    );
  const denying = statements.findIndex((one) => one.Effect === 'Deny' && holds(one));
  const denied = statements[denying];
  if (denied) {
    const named = listOf(denied.Action).find((pattern) => matches(pattern, action)) ?? action;
    // Source: events of CloudFormation, in public reports of them.
    return `Action denied by stack policy: Statement [#${denying + 1}] does not allow [${named}] for resource [${logicalId}]`;
  }
  if (statements.some((one) => one.Effect === 'Allow' && holds(one))) return undefined;
  // The wording is ours.
  return `Action denied by stack policy: No statement allows [${action}] for resource [${logicalId}]`;
}

const listOf = (texts: Texts | undefined): readonly string[] =>
  texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;

const concerns = (only: Texts | undefined, not: Texts | undefined, text: string): boolean =>
  not === undefined
    ? listOf(only).some((pattern) => matches(pattern, text))
    : !listOf(not).some((pattern) => matches(pattern, text));

/** `*` stands for any letters. */
function matches(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return text === pattern;
  const tail = parts.pop() ?? '';
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - tail.length;
}
