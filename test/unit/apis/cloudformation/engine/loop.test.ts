import t from 'tap';
import { createTeller } from '../../../../../src/apis/cloudformation/engine/loop.ts';
import type { StackEvent } from '../../../../../src/model/stack.ts';

t.test('events of one moment get rising times and ids of their own, and keep their order', async (t) => {
  const saved: StackEvent[] = [];
  let nowMs = 1000;
  let ids = 0;
  const tell = createTeller({
    store: { addEvents: (events) => void saved.push(...events) },
    now: () => new Date(nowMs),
    newId: () => `id${(ids += 1)}`,
  });
  const event = (logicalId: string, status: string) => ({
    stackId: 'stack-id',
    stackName: 'stack',
    logicalId,
    physicalId: logicalId === 'stack' ? 'stack-id' : '',
    type: 'T',
    status,
  });
  tell([event('stack', 'CREATE_IN_PROGRESS'), event('A', 'CREATE_IN_PROGRESS')]);
  tell([event('A', 'CREATE_COMPLETE')]);
  nowMs = 5000;
  tell([event('stack', 'CREATE_COMPLETE')]);
  t.strictSame(
    saved.map(({ id, at }) => [id, at.getTime()]),
    [
      ['id1', 1000],
      ['A-id2', 1001],
      ['A-id3', 1002],
      ['id4', 5000],
    ],
  );
});
