import t from 'tap';
import { createLoopGuard } from '../../../src/reload/guard.ts';

t.test('a path that changes right after each reload is paused, and counts again once it was quiet', (t) => {
  const guard = createLoopGuard();
  t.equal(guard.judge('a', 0), 'counts', 'nothing was reloaded yet');
  const verdicts = [];
  let nowMs = 0;
  for (let round = 0; round < 4; round++) {
    guard.reloaded(nowMs);
    nowMs += 500 + round * 400;
    verdicts.push(guard.judge('a', nowMs));
  }
  t.same(verdicts, ['counts', 'counts', 'pausedNow', 'paused']);
  t.equal(guard.judge('b', nowMs), 'counts', 'others are not');
  t.equal(guard.judge('a', nowMs + 29_000), 'paused');
  nowMs += 60_000;
  t.equal(guard.judge('a', nowMs), 'counts');
  guard.reloaded(nowMs);
  t.equal(guard.judge('a', nowMs + 100), 'pausedNow', 'the next time it is known');
  t.end();
});

t.test('a path that changes after the same while again and again is paused; people are not', (t) => {
  const loop = createLoopGuard();
  const regular = Array.from({ length: 6 }, (_, round) => {
    loop.reloaded(round * 20_000);
    return loop.judge('log', round * 20_000 + 10_000 + round * 50);
  });
  t.same(regular, ['counts', 'counts', 'counts', 'counts', 'pausedNow', 'paused']);

  const person = createLoopGuard();
  let nowMs = 0;
  for (const delayMs of [9000, 4000, 30_000, 5000, 3000, 15_000, 40_000, 2500, 8000]) {
    person.reloaded(nowMs);
    nowMs += delayMs;
    t.equal(person.judge('app.py', nowMs), 'counts');
  }
  t.end();
});
