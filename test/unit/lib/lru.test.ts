import t from 'tap';
import { createLru } from '../../../src/lib/lru.ts';

t.test('the entry used longest ago is forgotten first; reading counts as use', (t) => {
  const lru = createLru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.get('a');
  lru.set('c', 3);
  t.equal(lru.get('b'), undefined);
  t.equal(lru.get('a'), 1);
  t.equal(lru.get('c'), 3);
  t.end();
});

t.test('setting an entry again takes no second place', (t) => {
  const lru = createLru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.set('a', 3);
  t.equal(lru.get('b'), 2);
  t.equal(lru.get('a'), 3);
  lru.delete('a');
  t.equal(lru.get('a'), undefined);
  lru.clear();
  t.equal(lru.get('b'), undefined);
  t.end();
});
