import type { JsonValue } from './types.ts';

export type DynamicReference =
  | { readonly service: 'ssm' | 'ssm-secure'; readonly name: string; readonly version: string | undefined }
  | {
      readonly service: 'secretsmanager';
      readonly secretId: string;
      /** A key of the secret's JSON; the whole text without one. */
      readonly jsonKey: string | undefined;
      readonly versionStage: string | undefined;
      readonly versionId: string | undefined;
    };

/** The value of every `{{resolve:…}}` in an evaluated value, put in its place. `lookUp` throws what the stack's event says. */
export function resolveDynamicReferences(
  value: JsonValue,
  lookUp: (reference: DynamicReference) => Promise<string>,
): Promise<JsonValue> {
  throw new Error(`Not built: ${typeof value} ${typeof lookUp}`);
}
