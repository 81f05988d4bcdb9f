import t from 'tap';
import { once } from '../../../src/lib/once.ts';

t.test('it is made when it is first asked for, and once, also when it is undefined', (t) => {
  let made = 0;
  const get = once((): number | undefined => {
    made += 1;
    return undefined;
  });
  t.equal(made, 0);
  t.equal(get(), undefined);
  get();
  t.equal(made, 1);
  t.end();
});
