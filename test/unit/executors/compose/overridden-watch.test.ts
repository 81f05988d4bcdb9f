import t from 'tap';
import { overriddenWatch } from '../../../../src/executors/compose/overridden-watch.ts';

const bind = (source: string, target: string, more: object = {}) => ({
  type: 'bind',
  source,
  target,
  ...more,
});
const mount = (hostPath: string, containerPath: string, readOnly = false) => ({
  hostPath,
  containerPath,
  readOnly,
});

t.test('what override files change of mounted host paths and of reload labels, and nothing else', (t) => {
  const generated = [bind('/a', '/code'), { type: 'volume', source: 'v', target: '/data' }];
  const bound = { bind: { create_host_path: true } };
  const watchOf = (before: readonly unknown[], after: readonly unknown[]) =>
    overriddenWatch({ volumes: before }, { volumes: after });
  t.equal(watchOf(generated, [bind('/a', '/code', bound), { type: 'tmpfs', target: '/t' }]), undefined);
  t.same(watchOf(generated, [...generated, bind('/b/$$x', '/more', { read_only: true })]), {
    added: [mount('/b/$x', '/more', true)],
    gone: [],
  });
  t.same(watchOf(generated, [bind('/other', '/code')]), {
    added: [mount('/other', '/code')],
    gone: ['/code'],
  });
  t.same(watchOf(generated, []), { added: [], gone: ['/code'] });
  t.equal(watchOf([], ['/short:/form']), undefined);

  const labelsOf = (before: Record<string, string>, after: Record<string, unknown>) =>
    overriddenWatch({ labels: before }, { labels: after });
  const none = { added: [], gone: [] };
  const own = { 'ecsidecar.reload': 'exec:echo $x', other: '1' };
  t.equal(labelsOf(own, { 'ecsidecar.reload': 'exec:echo $$x', other: '2', more: '3' }), undefined);
  t.same(labelsOf(own, { 'ecsidecar.reload': 'off' }), { ...none, labels: { 'ecsidecar.reload': 'off' } });
  t.same(labelsOf({}, { 'ecsidecar.reload.debounce': 200 }), {
    ...none,
    labels: { 'ecsidecar.reload.debounce': '200' },
  });
  t.same(labelsOf(own, {}), { ...none, labels: {} });
  t.end();
});
