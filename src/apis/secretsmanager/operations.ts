import { bindActions, type Api } from '../../model/api.ts';
import { lowerFirst, sharedRefusals } from '../../model/violation.ts';
import type { SecretsDependencies } from './dependencies.ts';
import { violation } from './errors.ts';
import { getRandomPassword } from './random-password.ts';
import {
  createSecret,
  deleteSecret,
  describeSecret,
  listSecrets,
  restoreSecret,
  updateSecret,
} from './secrets.ts';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
  tagResource,
  untagResource,
} from './tags.ts';
import {
  batchGetSecretValue,
  getSecretValue,
  listSecretVersionIds,
  putSecretValue,
  updateSecretVersionStage,
} from './values.ts';
import { secretsManagerHead } from './wire.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  CreateSecret: createSecret,
  UpdateSecret: updateSecret,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  DescribeSecret: describeSecret,
  ListSecrets: listSecrets,
  GetSecretValue: getSecretValue,
  BatchGetSecretValue: batchGetSecretValue,
  PutSecretValue: putSecretValue,
  UpdateSecretVersionStage: updateSecretVersionStage,
  ListSecretVersionIds: listSecretVersionIds,
  GetRandomPassword: getRandomPassword,
  TagResource: tagResource,
  UntagResource: untagResource,
  PutResourcePolicy: putResourcePolicy,
  GetResourcePolicy: getResourcePolicy,
  DeleteResourcePolicy: deleteResourcePolicy,
} as const;

/** Secrets Manager, served where there is no upstream. */
export function createSecretsManagerApi(dependencies: SecretsDependencies): Api {
  return {
    ...secretsManagerHead,
    actions: bindActions(operations, dependencies),
    schema: 'secretsmanager',
    ...sharedRefusals(
      (shown, path, rule) => violation(shown, lowerFirst(path), rule),
      // A value may be a secret: it is not repeated.
      () => 'given',
    ),
  };
}
