import t from 'tap';
import { createTapLines } from '../../../src/setup/tap-lines.mjs';

t.test('a log shows each file, and failures with their place and diagnostics', async (t) => {
  const printed: string[] = [];
  const take = createTapLines((line) => printed.push(line));
  const tap = `TAP version 14
# Subtest: test/a.test.ts
    # Subtest: fine
        ok 1 - one
          ---
          note: of something that passed
          ...
        1..1
    ok 1 - fine # time=1ms

    # Subtest: outer
        # Subtest: inner
            not ok 1 - should be equal
              ---
              diff: |
                -ok 1 - wanted
                +not ok 2 - found
              ...
        not ok 1 - inner # time=1ms
    not ok 2 - outer # time=2ms
    not ok 3 - later # TODO
    1..3
not ok 1 - test/a.test.ts # time=3.5ms
ok 2 - test/b.test.ts # time=4ms
`;
  for (const line of tap.split('\n')) take(line);
  t.same(printed, [
    '  ✗ test/a.test.ts > outer > inner > should be equal',
    'diff: |',
    '  -ok 1 - wanted',
    '  +not ok 2 - found',
    '...',
    '  ✗ test/a.test.ts > outer > inner',
    '  ✗ test/a.test.ts > outer',
    '✗ test/a.test.ts (3.5ms)',
    '✓ test/b.test.ts (4ms)',
  ]);
});
