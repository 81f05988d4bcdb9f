import { bindActions, type Api } from '../../model/api.ts';
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
  const lower = (path: string): string => path.charAt(0).toLowerCase() + path.slice(1);
  return {
    service: 'secretsmanager',
    wire: { protocol: 'awsJson', targetPrefix: 'secretsmanager', timestamps: 'epochSeconds' },
    actions: bindActions(operations, dependencies),
    schema: 'secretsmanager',
    missingMember: (_action, path) => violation('null', lower(path), 'Member must not be null'),
    // A value may be a secret: it is not repeated.
    invalidEnum: (_action, path, _value, allowed) =>
      violation('given', lower(path), `Member must satisfy enum value set: [${allowed.join(', ')}]`),
    invalidValue: (_action, path, _value, rule) => violation('given', lower(path), rule),
  };
}
