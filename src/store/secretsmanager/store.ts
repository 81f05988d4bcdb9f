import type { SecretStore, StoredSecret } from '../../model/secret.ts';
import type { Database } from '../database.ts';
import { createDocumentTable } from '../documents.ts';

/** Secrets Manager's secrets; the database is one that only its owner may read. */
export function createSecretStore(database: Database): SecretStore {
  return createDocumentTable<StoredSecret>(database, 'secret', {
    nameOf: ({ name }) => name,
    revive: ({ deletedAt, ...secret }) => ({
      ...secret,
      createdAt: new Date(secret.createdAt),
      changedAt: new Date(secret.changedAt),
      ...(deletedAt !== undefined && { deletedAt: new Date(deletedAt) }),
      versions: secret.versions.map((version) => ({ ...version, createdAt: new Date(version.createdAt) })),
    }),
  });
}
