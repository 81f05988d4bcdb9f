import { parseArn } from '../../model/arn.ts';
import type { Operation, RequestContext } from '../../model/ports.ts';
import type { SecretStore, StoredSecret } from '../../model/secret.ts';
import { invalidRequest, secretNotFound } from './errors.ts';

/** What Secrets Manager needs of the rest. */
export type SecretsDependencies = {
  readonly secrets: SecretStore;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type SecretsContext = SecretsDependencies & RequestContext;
export type SecretsOperation<Input, Output> = Operation<Input, Output, SecretsDependencies>;

export const secretArn = ({ scope, arnName }: StoredSecret): string =>
  `arn:aws:secretsmanager:${scope.region}:${scope.account}:secret:${arnName}`;

/**
 * A secret by name, by ARN, or by ARN without its suffix. One whose recovery window is over is gone.
 * Throws ResourceNotFoundException.
 */
export function lookUp({ secrets, caller, now }: SecretsContext, id = ''): StoredSecret {
  const arn = parseArn(id);
  const scope = arn?.service === 'secretsmanager' ? arn.scope : caller;
  const name = arn?.service === 'secretsmanager' ? arn.resource : id;
  const found =
    secrets.get(scope, name) ??
    (arn ? secrets.list(scope).find(({ arnName }) => arnName === name) : undefined);
  if (!found) throw secretNotFound();
  if (found.deletedAt && found.deletedAt <= now()) {
    secrets.delete(found);
    throw secretNotFound();
  }
  return found;
}

/** The same for what may be done with secrets that are not being deleted only. Throws InvalidRequestException. */
export function findSecret(context: SecretsContext, id: string | undefined): StoredSecret {
  const found = lookUp(context, id);
  if (found.deletedAt)
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  return found;
}
