import type { JsonValue } from './types.ts';

/** Functions that have a short form in YAML: `!Join` is `Fn::Join`. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...[
    'And',
    'Base64',
    'Cidr',
    'Contains',
    'EachMemberEquals',
    'EachMemberIn',
    'Equals',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'GetStackOutput',
    'If',
    'ImportValue',
    'Join',
    'Length',
    'Not',
    'Or',
    'RefAll',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
    'ValueOf',
    'ValueOfAll',
  ].map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

export const isShortForm = (tag: string): boolean => SHORT_FORMS.has(tag);

/** A value under a tag of YAML as the function that it is. */
export function longForm(tag: string, value: JsonValue): JsonValue {
  const name = SHORT_FORMS.get(tag);
  if (name === undefined) return value;
  return { [name]: tag === '!GetAtt' && typeof value === 'string' ? splitAttribute(value) : value };
}

/** `Name.Attribute`, where the attribute may have further dots. */
export function splitAttribute(text: string): readonly string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
