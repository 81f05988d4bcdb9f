import t from 'tap';
import { PAUSE, withPauses } from '../../../src/lib/with-pauses.ts';

t.test('a time that is over comes between values, and no value is lost by it', async (t) => {
  let give: (value: string) => void = () => undefined;
  async function* source() {
    yield 'first';
    yield await new Promise<string>((resolve) => (give = resolve));
  }
  const seen: unknown[] = [];
  for await (const value of withPauses(source(), () => (seen.length === 1 ? 0 : undefined))) {
    seen.push(value);
    if (value === PAUSE) give('second');
  }
  t.same(seen, ['first', PAUSE, 'second']);
});

t.test('it ends its source when it is left, and passes on what that throws', async (t) => {
  let isEnded = false;
  async function* source() {
    try {
      yield 1;
      yield 2;
    } finally {
      isEnded = true;
    }
  }
  for await (const value of withPauses(source(), () => undefined)) if (value === 1) break;
  t.ok(isEnded);
  const broken = async function* () {
    yield 1;
    throw new Error('broken');
  };
  await t.rejects(async () => {
    for await (const value of withPauses(broken(), () => undefined)) t.equal(value, 1);
  }, /broken/);
});
