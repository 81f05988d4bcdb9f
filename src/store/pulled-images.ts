import type { PulledImages } from '../model/ports.ts';
import type { Database } from './database.ts';
import { createDocumentTable } from './documents.ts';

/** There is one engine, whatever the accounts and regions of its tasks. */
const ENGINE = { account: '', region: '' };

/** Which images were pulled for tasks of this data folder. */
export function createPulledImages(database: Database): PulledImages {
  const table = createDocumentTable<{ readonly scope: typeof ENGINE; readonly image: string }>(
    database,
    'pulled-image',
    { nameOf: ({ image }) => image, revive: (parsed) => parsed },
  );
  return {
    has: (image) => table.get(ENGINE, image) !== undefined,
    add(image) {
      table.put({ scope: ENGINE, image });
    },
  };
}
