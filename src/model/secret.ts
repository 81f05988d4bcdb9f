import type { Scope } from './caller.ts';

export type SecretVersion = {
  readonly id: string;
  readonly string?: string;
  /** Base64. */
  readonly binary?: string;
  readonly stages: readonly string[];
  readonly createdAt: Date;
};

/** A secret of Secrets Manager. */
export type StoredSecret = {
  readonly scope: Scope;
  readonly name: string;
  /** `name-` and six letters and digits. */
  readonly arnName: string;
  readonly description?: string;
  readonly keyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly versions: readonly SecretVersion[];
  readonly createdAt: Date;
  readonly changedAt: Date;
  /** It is scheduled to be deleted then. */
  readonly deletedAt?: Date;
};

export interface SecretStore {
  get(scope: Scope, name: string): StoredSecret | undefined;
  put(secret: StoredSecret): void;
  delete(secret: StoredSecret): void;
  /** Ascending by name. */
  list(scope: Scope): StoredSecret[];
}
