import type { Parameter, ParameterStore } from '../../model/parameter.ts';
import type { Database } from '../database.ts';
import { createDocumentTable } from '../documents.ts';

/** Parameter Store's parameters; the database is one that only its owner may read. */
export function createParameterStore(database: Database): ParameterStore {
  return createDocumentTable<Parameter>(database, 'parameter', {
    nameOf: ({ name }) => name,
    revive: ({ versions: [first, ...rest], ...parameter }) => ({
      ...parameter,
      versions: [reviveVersion(first), ...rest.map(reviveVersion)],
    }),
  });
}

const reviveVersion = (version: Parameter['versions'][0]): Parameter['versions'][0] => ({
  ...version,
  modifiedAt: new Date(version.modifiedAt),
});
