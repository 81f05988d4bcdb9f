import t from 'tap';
import { changedFrom } from '../../../../../src/apis/cloudformation/engine/changed-from.ts';
import type { JsonMap, StackResource } from '../../../../../src/model/stack.ts';

const from = (properties: JsonMap, before: JsonMap, ...asked: JsonMap[]): JsonMap | undefined =>
  changedFrom({
    properties,
    before: {
      operationId: 'o',
      properties: before,
      attributes: {},
      asked: asked.map((one) => ({ properties: one })),
    },
  } as unknown as StackResource).before;

t.test('what an update changes from', (t) => {
  t.strictSame(from({ a: 2 }, { a: 1, b: 1 }), { a: 1, b: 1 }, 'is what it was');
  t.strictSame(from({ a: 1 }, { a: 1 }, { a: 2 }), { a: 2 }, 'is what a failed update may have made of it');
  t.strictSame(from({ a: 2 }, { a: 1 }, { a: 2 }), { a: 1 }, 'or not');
  t.strictSame(from({ a: 1 }, { a: 1 }, { a: 1, b: 2 }), { a: 1, b: 2 }, 'may have more to be taken away');
  t.strictSame(from({ a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }), { a: 1 }, 'and less');
  t.strictSame(from({ a: 1 }, { a: 1 }, { a: 2 }, { a: 1 }), { a: 2 }, 'over all attempts');
  t.end();
});
