import t from 'tap';
import { syncFilter } from '../../../../../src/apis/cloudformation/resources/sync-filter.ts';

t.test('patterns let files out and in as those of aws s3 sync', (t) => {
  const cases: readonly [string, string, boolean][] = [
    ['*.txt', 'a/b.txt', true],
    ['*.txt', 'a.txt.gz', false],
    ['a/*', 'a/b/c', true],
    ['?.md', 'ab.md', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[ab', '[ab', true],
    ['a.b', 'axb', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['', 'a', false],
    [`${'*a'.repeat(40)}b`, 'a'.repeat(2000), false],
  ];
  for (const [pattern, path, isMatch] of cases)
    t.equal(syncFilter([pattern], [])(path), !isMatch, `${pattern.slice(0, 10)} and ${path.slice(0, 10)}`);
  t.equal(syncFilter(['*'], ['*.html'])('a.html'), true, 'an include comes after the excludes');
  t.end();
});
