import t from 'tap';
import { createKeptUp } from '../../../src/lib/kept-up.ts';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

t.test('a piece is closed by itself, the others with all', async (t) => {
  const kept = createKeptUp();
  const ended: string[] = [];
  const start = (name: string) =>
    kept.start(async (signal) => {
      await untilAborted(signal);
      ended.push(name);
    });
  const [one] = [start('one'), start('two'), start('three')];
  one.close();
  await Promise.resolve().then(() => undefined);
  t.strictSame(ended, ['one']);
  await kept.close();
  t.strictSame(ended, ['one', 'two', 'three']);
  await kept.close();
});
