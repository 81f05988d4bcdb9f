import type { Scope } from './caller.ts';

/** One value that a parameter of Parameter Store has or had. */
export type ParameterVersion = {
  readonly version: number;
  readonly value: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly dataType: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly description?: string;
  readonly allowedPattern?: string;
  /** Of a SecureString. */
  readonly keyId?: string;
  readonly policies?: string;
  readonly labels: readonly string[];
  readonly modifiedAt: Date;
  /** ARN of the principal. */
  readonly modifiedBy: string;
};

export type Parameter = {
  readonly scope: Scope;
  /** As it was put: with a leading slash or without one. */
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** At least one; ascending. */
  readonly versions: readonly [ParameterVersion, ...ParameterVersion[]];
};

export interface ParameterStore {
  get(scope: Scope, name: string): Parameter | undefined;
  put(parameter: Parameter): void;
  delete(parameter: Parameter): void;
  /** Ascending by name. */
  list(scope: Scope): Parameter[];
}
