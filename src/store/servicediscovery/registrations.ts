import type { Registration, RegistrationStore } from '../../model/registration.ts';
import type { Database } from '../database.ts';
import { createDocumentTable } from '../documents.ts';

/** Which tasks are, or may be, instances of Cloud Map services. */
export function createRegistrationStore(database: Database): RegistrationStore {
  const table = createDocumentTable<Registration>(database, 'ecs-registration', {
    nameOf: ({ taskArn }) => taskArn,
    revive: (registration) => registration,
  });
  return { put: table.put, delete: table.delete, all: table.all };
}
