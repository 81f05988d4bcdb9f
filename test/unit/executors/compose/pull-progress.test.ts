import t from 'tap';
import { createPullProgress } from '../../../../src/executors/compose/pull-progress.ts';

t.test('the progress of a pull is that of its layers together', (t) => {
  const progress = createPullProgress();
  const read = (status: string, id: string, current?: number, total?: number) =>
    progress.read(JSON.stringify({ status, id, progressDetail: { current, total } }));
  read('Pulling from team/app', '1');
  for (const id of ['a', 'b', 'c']) read('Pulling fs layer', id);
  t.equal(progress.print(), '0 of 3 layers, 0.0 MB');
  read('Already exists', 'a');
  read('Downloading', 'b', 2_500_000, 10_000_000);
  read('Waiting', 'c');
  t.equal(progress.print(), '1 of 3 layers, 2.5 MB', 'the size of a layer that waits is not known');
  read('Downloading', 'c', 1_000_000, 2_000_000);
  t.equal(progress.print(), '1 of 3 layers, 3.5 of 12.0 MB');
  read('Download complete', 'c');
  read('Extracting', 'c', 100, 2_000_000);
  read('Pull complete', 'c');
  t.equal(progress.print(), '2 of 3 layers, 4.5 of 12.0 MB');
  t.end();
});

t.test('a failure is a line of the progress', (t) => {
  const progress = createPullProgress();
  t.equal(progress.read(''), undefined);
  t.equal(progress.read('{"status":"Digest: sha256:0"}'), undefined);
  t.equal(progress.read('{"errorDetail":{"message":"no"},"error":"no"}'), 'no');
  t.end();
});
