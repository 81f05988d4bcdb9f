import t from 'tap';
import type { Stack, StackResource } from '../../../../src/model/stack.ts';
import { cloudFormationMigrations, createStackStore } from '../../../../src/store/cloudformation/store.ts';
import { openDatabase } from '../../../../src/store/database.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const store = createStackStore(openDatabase(':memory:', [cloudFormationMigrations]));

const stack = (name: string, deletedAt?: Date): Stack => ({
  ...{ scope, id: name, name, createdAt: new Date(0), outputs: [], imports: [], unfinished: [] },
  ...{ disableRollback: false, terminationProtection: false },
  status: deletedAt ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE',
  ...(deletedAt && { deletedAt }),
});

const resource = (stackId: string): StackResource => ({
  ...{ stackId, logicalId: 'R', generation: `${stackId}-1`, isCurrent: true, type: 'T', properties: {} },
  ...{ attributes: {}, status: 'DELETE_COMPLETE', updatedAt: new Date(0), dependsOn: [], createdIn: 'o' },
  ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' },
});

t.test('the last of the stacks that are deleted are kept, and all of those that are not', (t) => {
  const names = Array.from({ length: 210 }, (_, at) => `s${at}`);
  store.put(stack('old'));
  store.putResource(resource('old'));
  for (const name of names) {
    store.put(stack(name));
    store.putResource(resource(name));
    store.addEvents([
      {
        id: 'e',
        stackId: name,
        stackName: name,
        logicalId: 'R',
        physicalId: '',
        type: 'T',
        status: 'S',
        at: new Date(0),
      },
    ]);
    store.addSignal({ target: `${name}-1`, uniqueId: 'u', status: 'SUCCESS', data: '', reason: '' });
  }
  names.forEach((name, at) => {
    store.put(stack(name, new Date(at)));
  });
  t.equal(store.list(scope).length, 201);
  t.equal(store.get('s9'), undefined);
  t.same(store.resources('s9'), []);
  t.same(store.events('s9', { limit: 9 }), []);
  t.same(store.signals('s9-1'), []);
  t.equal(store.resources('s10').length, 1);
  t.equal(store.events('s10', { limit: 9 }).length, 1);
  t.equal(store.signals('s10-1').length, 1);
  t.same(
    store.listLive(scope).map(({ name }) => name),
    ['old'],
  );
  // The one that was made first is the last that is deleted: who waits for its end still finds it.
  store.put(stack('old', new Date(1000)));
  t.equal(store.get('old')?.status, 'DELETE_COMPLETE');
  t.equal(store.get('s10'), undefined);
  t.end();
});
