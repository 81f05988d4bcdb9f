import t from 'tap';
import { isUpToDate } from '../../../src/setup/dependencies.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/other-platform': { version: '3.0.0', optional: true },
  },
};

const installed = (packages: Record<string, { version: string }>) => ({ packages });

t.test('an install of the locked versions is up to date, without what is for other platforms', async (t) => {
  t.ok(
    isUpToDate(
      wanted,
      installed({
        'node_modules/a': { version: '1.0.0' },
        'node_modules/a/node_modules/b': { version: '2.0.0' },
      }),
    ),
  );
});

t.test('a missing package or another version is not up to date', async (t) => {
  t.notOk(isUpToDate(wanted, installed({ 'node_modules/a': { version: '1.0.0' } })));
  t.notOk(
    isUpToDate(
      wanted,
      installed({
        'node_modules/a': { version: '1.0.1' },
        'node_modules/a/node_modules/b': { version: '2.0.0' },
      }),
    ),
  );
  t.notOk(isUpToDate(wanted, {}));
});
