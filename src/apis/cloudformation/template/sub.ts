import { validationError } from './errors.ts';
import { isList, isObject, isScalar } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

export type SubPart = { readonly text: string } | { readonly variable: string };

/** Source: what CloudFormation answers, in public reports of it; Eucalyptus has the same words. */
const wrongArgument = (): Error =>
  validationError(
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  );

/** The argument of Fn::Sub: its parts, and the values of its own variables. Throws ValidationError. */
export function readSub(argument: JsonValue): {
  readonly parts: readonly SubPart[];
  readonly variables: JsonObject;
} {
  if (isScalar(argument)) return { parts: subParts(String(argument)), variables: {} };
  if (!isList(argument) || argument.length > 2) throw wrongArgument();
  const [text, variables = {}] = argument;
  if (!isScalar(text) || !isObject(variables)) throw wrongArgument();
  for (const key of Object.keys(variables))
    if (!/^[A-Za-z0-9_]+$/.test(key))
      throw validationError(
        'Template error: every key of the context object of every Fn::Sub object must contain only alphanumeric characters and underscores',
      );
  return { parts: subParts(String(text)), variables };
}

/** `a${B}c${!D}` is the text `a`, the variable `B` and the text `c${D}`. */
function subParts(text: string): SubPart[] {
  const parts: SubPart[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    const [, written = ''] = match;
    if (written.startsWith('!')) {
      parts.push({ text: `\${${written.slice(1)}}` });
      continue;
    }
    // Spaces around a name are no part of it: Copilot's templates have them.
    const name = written.trim();
    if (!/^[A-Za-z0-9_.:]+$/.test(name))
      throw validationError(
        'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
      );
    parts.push({ variable: name });
  }
  parts.push({ text: text.slice(from) });
  return parts;
}
