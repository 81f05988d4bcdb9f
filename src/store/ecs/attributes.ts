import type { Attribute } from '@aws-sdk/client-ecs';
import type { AttributeStore } from '../../model/ports.ts';
import type { Database } from '../database.ts';
import { readDocument, text } from './document.ts';

export const attributeTables = `
  CREATE TABLE attribute (
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL,
    target_type TEXT NOT NULL, target_id TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (account, region, cluster, target_type, target_id, name)
  ) STRICT, WITHOUT ROWID;
`;

/** An attribute is known by its target and name; putting it again replaces its value. */
export function createAttributeStore(database: Database): AttributeStore {
  const select = database.prepare(`
    SELECT document FROM attribute WHERE account = ? AND region = ? AND cluster = ?
    ORDER BY target_type, target_id, name
  `);
  const upsert = database.prepare(`
    INSERT OR REPLACE INTO attribute (account, region, cluster, target_type, target_id, name, document)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `);
  const remove = database.prepare(`
    DELETE FROM attribute
    WHERE account = ? AND region = ? AND cluster = ? AND target_type = ? AND target_id = ? AND name = ?
  `);
  const keyOf = ({ targetType, targetId, name }: Attribute) =>
    [targetType ?? '', targetId ?? '', name ?? ''] as const;
  return {
    list: ({ account, region }, clusterName) =>
      select
        .all(account, region, clusterName)
        .map((row) => readDocument(text(row, 'document'), []) as Attribute),
    put({ account, region }, clusterName, attribute) {
      upsert.run(account, region, clusterName, ...keyOf(attribute), JSON.stringify(attribute));
    },
    delete({ account, region }, clusterName, attribute) {
      remove.run(account, region, clusterName, ...keyOf(attribute));
    },
  };
}
