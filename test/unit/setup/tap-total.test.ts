import t from 'tap';
import { countTests } from '../../../src/setup/tap-total.mjs';

const cases: readonly [
  name: string,
  tap: string,
  total: [passed: number, failed: number, skipped: number],
][] = [
  [
    'innermost tests are counted, not their assertions',
    `
TAP version 14
1..1
# Subtest: test/a.test.ts
    # Subtest: first
        ok 1 - one
        ok 2 - two
        1..2
    ok 1 - first # time=1ms

    # Subtest: second
        ok 1 - one
        not ok 2 - two
          ---
          source: |
            not ok 1 - quoted
                ok 2 - quoted # time=1ms
          ...
        1..2
    not ok 2 - second # time=1ms

    1..2
not ok 1 - test/a.test.ts # time=3ms
`,
    [1, 1, 0],
  ],
  [
    'assertions outside every test are one test of their file',
    `
# Subtest: test/a.test.ts
    ok 1 - one
    ok 2 - two
    1..2
ok 1 - test/a.test.ts # time=3ms
`,
    [1, 0, 0],
  ],
  [
    'a file that crashed after its tests passed is one failure more',
    `
# Subtest: test/a.test.ts
    # Subtest: first
        ok 1 - one
        1..1
    ok 1 - first # time=1ms

    1..1
not ok 1 - test/a.test.ts # time=3ms
  ---
  exitCode: 1
  ...
`,
    [1, 1, 0],
  ],
  ['a file that crashed at once is a failure', 'not ok 1 - test/a.test.ts # time=3ms\n', [0, 1, 0]],
  [
    'a failure inside is not counted again outside',
    `
# Subtest: test/a.test.ts
    # Subtest: outer
        # Subtest: inner
            not ok 1 - one
            1..1
        not ok 1 - inner # time=1ms

        1..1
    not ok 1 - outer # time=1ms

    1..1
not ok 1 - test/a.test.ts # time=3ms
`,
    [0, 1, 0],
  ],
  [
    'a test without assertions counts by its own result',
    `
# Subtest: test/a.test.ts
    # Subtest: property
        1..0
    ok 1 - property # time=1ms

    1..1
ok 1 - test/a.test.ts # time=3ms
`,
    [1, 0, 0],
  ],
  [
    'what is skipped or to do is neither passed nor failed',
    `
# Subtest: test/a.test.ts
    ok 1 - first # SKIP no engine
    not ok 2 - second # TODO later
    # Subtest: third
        ok 1 - one
        1..1
    ok 3 - third # time=1ms

    1..3
ok 1 - test/a.test.ts # time=3ms
`,
    [1, 0, 1],
  ],
  [
    'a stream that was cut off keeps what it counted',
    `
# Subtest: test/a.test.ts
    # Subtest: first
        ok 1 - one
        1..1
    ok 1 - first # time=1ms

    # Subtest: second
        not ok 1 - one
`,
    [1, 1, 0],
  ],
];

for (const [name, tap, [passed, failed, skipped]] of cases) {
  t.test(name, async (t) => {
    t.same(countTests(tap), { passed, failed, skipped });
  });
}
