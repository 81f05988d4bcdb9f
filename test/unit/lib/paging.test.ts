import fc from 'fast-check';
import t from 'tap';
import { decodeToken, encodeToken, pageOf } from '../../../src/lib/paging.ts';

t.test('a token gives back its position, for any text', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (position) => {
      t.strictSame(decodeToken(encodeToken('List', position), 'List', position.length), position);
    }),
    { numRuns: 50 },
  );
  t.end();
});

t.test('a token of another list, of another number of parts or of nobody is none', (t) => {
  t.equal(decodeToken(encodeToken('Other', ['a']), 'List', 1), undefined);
  t.equal(decodeToken(encodeToken('List', ['a']), 'List', 2), undefined);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      t.equal(decodeToken(text, 'List', 1), undefined);
    }),
    { numRuns: 50 },
  );
  t.equal(decodeToken(Buffer.from('["List",1]').toString('base64url'), 'List', 1), undefined);
  t.end();
});

t.test('a page says that more follow only when more were read', (t) => {
  const name = (item: string) => [item];
  t.strictSame(pageOf(['a', 'b'], 2, 'List', name), { items: ['a', 'b'], nextToken: undefined });
  t.strictSame(pageOf(['a', 'b', 'c'], 2, 'List', name), {
    items: ['a', 'b'],
    nextToken: encodeToken('List', ['b']),
  });
  t.end();
});
