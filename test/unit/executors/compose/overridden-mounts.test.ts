import t from 'tap';
import { overriddenMounts } from '../../../../src/executors/compose/overridden-mounts.ts';

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

t.test('what override files change of mounted host paths, and nothing else', (t) => {
  const generated = [bind('/a', '/code'), { type: 'volume', source: 'v', target: '/data' }];
  const bound = { bind: { create_host_path: true } };
  t.equal(
    overriddenMounts(generated, [bind('/a', '/code', bound), { type: 'tmpfs', target: '/t' }]),
    undefined,
  );
  t.same(overriddenMounts(generated, [...generated, bind('/b/$$x', '/more', { read_only: true })]), {
    added: [mount('/b/$x', '/more', true)],
    gone: [],
  });
  t.same(overriddenMounts(generated, [bind('/other', '/code')]), {
    added: [mount('/other', '/code')],
    gone: ['/code'],
  });
  t.same(overriddenMounts(generated, []), { added: [], gone: ['/code'] });
  t.equal(overriddenMounts([], ['/short:/form']), undefined);
  t.end();
});
