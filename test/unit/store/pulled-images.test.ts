import t from 'tap';
import { openDatabase } from '../../../src/store/database.ts';
import { documentMigrations } from '../../../src/store/documents.ts';
import { createPulledImages } from '../../../src/store/pulled-images.ts';

t.test('what was pulled is known after a restart, by its whole name', (t) => {
  const path = `${t.testdir()}/state.db`;
  const before = openDatabase(path, [documentMigrations]);
  createPulledImages(before).add('r.example.com/app:1');
  createPulledImages(before).add('r.example.com/app:1');
  before.close();

  const after = openDatabase(path, [documentMigrations]);
  t.teardown(() => {
    after.close();
  });
  const pulled = createPulledImages(after);
  t.ok(pulled.has('r.example.com/app:1'));
  t.notOk(pulled.has('r.example.com/app'));
  t.end();
});
