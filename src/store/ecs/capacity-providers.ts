import type { CapacityProvider } from '../../model/capacity-provider.ts';
import type { CapacityProviderStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { readDocument, text } from './document.ts';

export const capacityProviderTables = `
  CREATE TABLE capacity_provider (
    account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (account, region, name)
  ) STRICT;
`;

export function createCapacityProviderStore(database: Database): CapacityProviderStore {
  const select = database.prepare(
    'SELECT document FROM capacity_provider WHERE account = ? AND region = ? AND name = ?',
  );
  const selectAll = database.prepare(
    'SELECT document FROM capacity_provider WHERE account = ? AND region = ? ORDER BY name',
  );
  const upsert = database.prepare(`
    INSERT INTO capacity_provider (account, region, name, document) VALUES (?, ?, ?, ?)
    ON CONFLICT (account, region, name) DO UPDATE SET document = excluded.document
  `);
  const read = (document: string): CapacityProvider =>
    readDocument(document, ['createdAt']) as CapacityProvider;
  return {
    get({ account, region }, name) {
      const row = select.get(account, region, name);
      return row && read(text(row, 'document'));
    },
    list: ({ account, region }) => selectAll.all(account, region).map((row) => read(text(row, 'document'))),
    put(provider) {
      const { scope, name } = provider;
      upsert.run(scope.account, scope.region, name, JSON.stringify(provider));
    },
  };
}
