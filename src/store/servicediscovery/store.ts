import type {
  DiscoveryInstance,
  DiscoveryOperation,
  DiscoveryService,
  DiscoveryStore,
  Namespace,
} from '../../model/service-discovery.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { createDocumentTable } from '../documents.ts';
import { readDocument, reviveDates, text } from '../ecs/document.ts';

export const discoveryMigrations: Migrations = {
  group: 'servicediscovery',
  steps: [
    `
  CREATE TABLE discovery_operation (
    sequence INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX discovery_operation_by_id ON discovery_operation (account, region, id);
`,
  ],
};

/** The newest are kept. AWS keeps those of a month. */
const KEPT_OPERATIONS = 1000;

/** Cloud Map's namespaces, services and instances, and what was asked for lately. */
export function createDiscoveryStore(database: Database): DiscoveryStore {
  const withDate = <T extends object>(item: T): T => reviveDates(item, ['createdAt']);
  const namespaces = createDocumentTable<Namespace>(database, 'discovery-namespace', {
    nameOf: ({ id }) => id,
    revive: withDate,
  });
  const services = createDocumentTable<DiscoveryService>(database, 'discovery-service', {
    nameOf: ({ id }) => id,
    revive: withDate,
  });
  const instances = createDocumentTable<DiscoveryInstance>(database, 'discovery-instance', {
    nameOf: ({ serviceId, id }) => `${serviceId}/${id}`,
    revive: (instance) => instance,
  });
  const insert = database.prepare(
    'INSERT INTO discovery_operation (account, region, id, document) VALUES (?, ?, ?, ?)',
  );
  const trim = database.prepare(`
    DELETE FROM discovery_operation WHERE sequence <= (SELECT max(sequence) FROM discovery_operation) - ?
  `);
  const select = database.prepare(
    'SELECT document FROM discovery_operation WHERE account = ? AND region = ? AND id = ?',
  );
  const selectScope = database.prepare(
    'SELECT document FROM discovery_operation WHERE account = ? AND region = ? ORDER BY sequence DESC',
  );
  const read = (row: Record<string, unknown>): DiscoveryOperation =>
    readDocument(text(row, 'document'), ['createdAt']) as DiscoveryOperation;
  return {
    getNamespace: namespaces.get,
    putNamespace: namespaces.put,
    deleteNamespace: namespaces.delete,
    listNamespaces: (scope) => namespaces.list(scope),
    getService: services.get,
    putService: services.put,
    deleteService: services.delete,
    listServices: (scope) => services.list(scope),
    getInstance: (scope, serviceId, id) => instances.get(scope, `${serviceId}/${id}`),
    putInstance: instances.put,
    deleteInstance: instances.delete,
    listInstances: ({ scope, id }) => instances.list(scope, `${id}/`),
    addOperation(operation) {
      const { account, region } = operation.scope;
      insert.run(account, region, operation.id, JSON.stringify(operation));
      trim.run(KEPT_OPERATIONS);
    },
    getOperation({ account, region }, id) {
      const row = select.get(account, region, id);
      return row && read(row);
    },
    listOperations: ({ account, region }) => selectScope.all(account, region).map(read),
    transaction: createTransaction(database),
  };
}
