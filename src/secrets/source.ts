import type { Scope } from '../model/caller.ts';
import type { ObjectReference, SecretReference } from './references.ts';

/** Where secrets, parameters and files are fetched from. What it says of a failure never holds a value. */
export type Source = {
  /** The values of those of these parameters that are there, decrypted; at most ten names. Throws SourceError. */
  parameters(
    scope: Scope,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
  /** The text of a secret's version; `region` of the reference counts over the scope's. Throws SourceError. */
  secret(scope: Scope, reference: SecretReference, signal: AbortSignal): Promise<string>;
  /** The text of an S3 object. Throws SourceError. */
  object(scope: Scope, reference: ObjectReference, signal: AbortSignal): Promise<string>;
};

/**
 * A source did not give what it was asked for; the message is in the words in which AWS's own client tells it. It has no
 * cause: errors of the SDK carry the answer that they are about.
 */
export class SourceError extends Error {
  /** Nobody answered, or not in time. */
  readonly isUnreachable: boolean;
  /** How often it was asked. */
  readonly attempts: number;
  constructor(message: string, { isUnreachable = false, attempts = 1 } = {}) {
    super(message);
    this.name = 'SourceError';
    this.isUnreachable = isUnreachable;
    this.attempts = attempts;
  }
}
