import type { Setting } from '@aws-sdk/client-ecs';
import type { SettingStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { readDocument, text } from './document.ts';

export const settingTables = `
  CREATE TABLE account_setting (
    account TEXT NOT NULL, region TEXT NOT NULL, principal_arn TEXT NOT NULL, name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account, region, principal_arn, name)
  ) STRICT, WITHOUT ROWID;
`;

export function createSettingStore(database: Database): SettingStore {
  const select = database.prepare(
    'SELECT document FROM account_setting WHERE account = ? AND region = ? ORDER BY principal_arn, name',
  );
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO account_setting (account, region, principal_arn, name, document) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare(
    'DELETE FROM account_setting WHERE account = ? AND region = ? AND principal_arn = ? AND name = ?',
  );
  return {
    list: ({ account, region }) =>
      select.all(account, region).map((row) => readDocument(text(row, 'document'), []) as Setting),
    put({ account, region }, setting) {
      upsert.run(account, region, setting.principalArn ?? '', setting.name ?? '', JSON.stringify(setting));
    },
    delete({ account, region }, name, principalArn) {
      remove.run(account, region, principalArn, name);
    },
  };
}
