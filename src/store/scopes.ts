import type { Scope } from '../model/caller.ts';
import type { Database } from './database.ts';
import { text } from './ecs/document.ts';

/** Where what people make themselves is; all else belongs to it. */
const TABLES = {
  state: ['cluster', 'task_definition', 'capacity_provider'],
  logs: ['log_group'],
  stacks: ['cfn_stack'],
} as const;

/** Accounts and regions that something was made in, in their order; what is only marked as deleted counts. */
export function listScopes(databases: Readonly<Record<keyof typeof TABLES, Database>>): Scope[] {
  const found = Object.entries(TABLES).flatMap(([database, tables]) =>
    databases[database as keyof typeof TABLES]
      .prepare(tables.map((table) => `SELECT account, region FROM ${table}`).join(' UNION '))
      .all()
      .map((row): Scope => ({ account: text(row, 'account'), region: text(row, 'region') })),
  );
  const byKey = new Map(found.map((scope) => [`${scope.account} ${scope.region}`, scope]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
}
