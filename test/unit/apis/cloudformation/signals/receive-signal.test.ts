import t from 'tap';
import { receiveSignal } from '../../../../../src/apis/cloudformation/signals/receive-signal.ts';
import {
  isSignal,
  signalTarget,
  signalUrl,
} from '../../../../../src/apis/cloudformation/signals/signal-url.ts';
import type { RestRequest } from '../../../../../src/model/rest.ts';
import type { StackSignal, StackStore } from '../../../../../src/model/stack.ts';

const target = {
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/demo/uuid',
  logicalId: 'Handle',
  generation: 'g1',
};
const url = signalUrl('http://host:1', target);
const path = url.slice('http://host:1'.length);

t.test("a handle's URL has AWS's form and leads back to the handle", (t) => {
  t.equal(
    path,
    '/arn%3Aaws%3Acloudformation%3Aus-east-1%3A000000000000%3Astack/demo/uuid/Handle?Signature=g1',
  );
  t.strictSame(signalTarget(url), target);
  t.strictSame(signalTarget(path), target);
  t.ok(isSignal('PUT', path));
  t.notOk(isSignal('GET', path));
  t.notOk(isSignal('PUT', '/bucket/key'));
  for (const other of ['', 'http://host/bucket/key?Signature=g1', url.replace('?Signature=g1', '')])
    t.equal(signalTarget(other), undefined, other);
  t.end();
});

const put = async (body: string, asked = path) => {
  const signals: StackSignal[] = [];
  const woken: string[] = [];
  const store = {
    resource: (...key: string[]) =>
      key.join() === [target.stackId, 'Handle', 'g1'].join()
        ? { ...target, status: 'CREATE_COMPLETE' }
        : undefined,
    addSignal: (signal: StackSignal) => signals.push(signal),
  } as unknown as StackStore;
  const request = { url: asked, bytes: () => Promise.resolve(Buffer.from(body)) } as RestRequest;
  const wake = (stackId: string): void => void woken.push(stackId);
  const answer = await receiveSignal({ store, wake }, request);
  return { answer, signals, woken };
};

t.test('a signal is kept and wakes its stack', async (t) => {
  const body = JSON.stringify({ Status: 'SUCCESS', UniqueId: 'a', Data: { n: 1 }, Reason: 'done' });
  t.strictSame(await put(body), {
    answer: { status: 200 },
    signals: [{ target: 'g1', status: 'SUCCESS', uniqueId: 'a', data: '{"n":1}', reason: 'done' }],
    woken: [target.stackId],
  });
});

t.test('what is no signal, or for no handle, is refused', async (t) => {
  for (const body of ['', '[]', 'null', '{"Status":"OK","UniqueId":"a"}', '{"Status":"SUCCESS"}'])
    await t.rejects(put(body), { code: 'InvalidRequest' }, body);
  await t.rejects(put('{}', path.replace('g1', 'g2')), { code: 'AccessDenied', status: 403 });
});
