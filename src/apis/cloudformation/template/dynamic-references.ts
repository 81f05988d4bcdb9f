import { validationError } from './errors.ts';
import { isList } from './json.ts';
import type { JsonValue } from './types.ts';

export type DynamicReference =
  | {
      readonly service: 'ssm' | 'ssm-secure';
      readonly name: string;
      /** The newest without one. */
      readonly version: string | undefined;
    }
  | {
      readonly service: 'secretsmanager';
      readonly secretId: string;
      /** A key of the secret's JSON; the whole text without one. */
      readonly jsonKey: string | undefined;
      readonly versionStage: string | undefined;
      readonly versionId: string | undefined;
    };

const REFERENCE = /\{\{resolve:([^{}]+)\}\}/g;

/**
 * The value of every `{{resolve:…}}` in an evaluated value, put in its place, in keys never. `lookUp` gives the
 * parameter's or the secret's text; what it throws is the reason in the stack's event. What it gives is not read for
 * further references. Source: the user guide, "Get values stored in other services using dynamic references".
 */
export async function resolveDynamicReferences(
  value: JsonValue,
  lookUp: (reference: DynamicReference) => Promise<string>,
): Promise<JsonValue> {
  if (typeof value === 'string') return replaceReferences(value, lookUp);
  if (typeof value !== 'object') return value;
  if (isList(value)) return Promise.all(value.map((item) => resolveDynamicReferences(item, lookUp)));
  return Object.fromEntries(
    await Promise.all(
      Object.entries(value).map(
        async ([key, item]) => [key, await resolveDynamicReferences(item, lookUp)] as const,
      ),
    ),
  );
}

/** A text with each of its references replaced; `written` is the reference as it stands. */
export async function replaceReferences(
  text: string,
  replacement: (reference: DynamicReference, written: string) => Promise<string>,
): Promise<string> {
  const parts = await Promise.all(
    [...text.matchAll(REFERENCE)].map(async (match) => ({
      match,
      found: await replacement(readReference(match[1] ?? ''), match[0]),
    })),
  );
  let result = '';
  let from = 0;
  for (const { match, found } of parts) {
    result += text.slice(from, match.index) + found;
    from = match.index + match[0].length;
  }
  return result + text.slice(from);
}

/** That every reference in a text has a form that there is. Throws ValidationError. */
export function checkReferenceForms(text: string): void {
  for (const match of text.matchAll(REFERENCE)) readReference(match[1] ?? '');
}

/** A name or an ARN, and a version. */
const SSM_REFERENCE = /^((?:arn:[^:]*:ssm:[^:]*:\d*:)?[\w./-]+)(?::(\d+))?$/;

/** The wording is ours. */
const invalid = (text: string): Error => validationError(`Invalid dynamic reference {{resolve:${text}}}`);

/** What stands behind `resolve:`. Throws ValidationError. */
function readReference(text: string): DynamicReference {
  const colon = text.indexOf(':');
  const service = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (rest === '') throw invalid(text);
  if (service === 'ssm' || service === 'ssm-secure') {
    const [, name, version] = SSM_REFERENCE.exec(rest) ?? [];
    // A label in the version's place, for one. Source: measured against AWS by the project cfncompat.
    if (name === undefined)
      throw validationError(`Incorrect format is used in the following SSM reference: [{{resolve:${text}}}]`);
    return { service, name, version };
  }
  if (service !== 'secretsmanager') throw invalid(text);
  // A secret's ARN has six colons of its own.
  const parts = rest.split(':');
  const idParts = parts[0] === 'arn' ? 7 : 1;
  const secretId = parts.slice(0, idParts).join(':');
  const [kind, jsonKey, versionStage, versionId, ...more] = parts.slice(idParts);
  if ((kind !== undefined && kind !== 'SecretString') || more.length > 0) throw invalid(text);
  return {
    service,
    secretId,
    jsonKey: nonEmpty(jsonKey),
    versionStage: nonEmpty(versionStage),
    versionId: nonEmpty(versionId),
  };
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** The part of a secret that a reference asks for. Throws ValidationError. Source of the words: public reports of them. */
export function secretPart(secretString: string, jsonKey: string | undefined): string {
  if (jsonKey === undefined) return secretString;
  let secret: unknown;
  try {
    secret = JSON.parse(secretString);
  } catch {
    throw validationError('Could not parse SecretString JSON');
  }
  if (typeof secret !== 'object' || secret === null || !Object.hasOwn(secret, jsonKey))
    throw validationError('Could not find a value associated with JSONKey in SecretString');
  const value: unknown = (secret as Record<string, unknown>)[jsonKey];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
