import fc from 'fast-check';
import t from 'tap';
import { createIgnores } from '../../../src/reload/ignores.ts';
import { isWatchable, relativeTo, watchedContainers } from '../../../src/reload/match.ts';
import type { AwsTaskDefinition } from '../../../src/model/task-definition.ts';

const DEFAULTS = { defaultAction: 'restart', flagMounts: [] };

const definition = (
  labels: Record<string, string> = {},
  sourcePath = '/home/me/app/',
): AwsTaskDefinition => ({
  containerDefinitions: [
    {
      name: 'app',
      dockerLabels: labels,
      mountPoints: [
        { sourceVolume: 'code', containerPath: '/code', readOnly: true },
        { sourceVolume: 'scratch', containerPath: '/scratch' },
      ],
    },
    { name: 'other' },
  ],
  volumes: [{ name: 'code', host: { sourcePath } }, { name: 'scratch' }],
});

t.test('mounts that override files add are watched, and those that they take away are not', (t) => {
  const flagMounts = [{ hostPath: '/work/lib', containerPath: '/lib', readOnly: false }];
  const added = [{ hostPath: '/work/other', containerPath: '/code', readOnly: false }];
  t.match(
    watchedContainers(
      definition(),
      { ...DEFAULTS, flagMounts },
      { app: { added, gone: ['/code', '/lib'] }, other: { added, gone: ['/lib'] } },
    ).containers,
    [
      { name: 'app', mounts: added },
      { name: 'other', mounts: added },
    ],
  );
  t.same(watchedContainers(definition(), DEFAULTS, { app: { added: [], gone: ['/code'] } }).containers, []);
  t.end();
});

t.test('labels that override files leave stand in the place of all of the definition’s', (t) => {
  const own = definition({ 'ecsidecar.reload': 'recreate', 'ecsidecar.reload.hold': 'off' });
  const overridden = (labels: Record<string, string>) =>
    watchedContainers(own, DEFAULTS, { app: { added: [], gone: [], labels } }).containers;
  t.match(overridden({ 'ecsidecar.reload': 'signal:SIGHUP' }), [{ action: 'signal:SIGHUP', holds: true }]);
  t.match(overridden({}), [{ action: 'restart', holds: true }]);
  t.same(overridden({ 'ecsidecar.reload': 'off' }), []);
  t.end();
});

t.test('containers that mount a host path are watched, by their labels', (t) => {
  t.match(watchedContainers(definition(), DEFAULTS), {
    containers: [
      {
        name: 'app',
        action: 'restart',
        mounts: [{ hostPath: '/home/me/app', containerPath: '/code', readOnly: true }],
        holds: true,
      },
    ],
    problems: [],
  });
  const labels = {
    'ecsidecar.reload': 'signal:SIGHUP',
    'ecsidecar.reload.ignore': 'a, b/*\n!c',
    'ecsidecar.reload.debounce': '1.5s',
    'ecsidecar.reload.hold': 'off',
  };
  t.match(watchedContainers(definition(labels), DEFAULTS).containers, [
    { action: 'signal:SIGHUP', ignored: ['a', 'b/*', '!c'], quietMs: 1500, holds: false },
  ]);
  t.same(watchedContainers(definition({ 'ecsidecar.reload': 'off' }), DEFAULTS).containers, []);
  t.same(watchedContainers(definition(), { ...DEFAULTS, defaultAction: 'off' }).containers, []);
  t.equal(
    watchedContainers(definition({ 'ecsidecar.reload': 'recreate' }), { ...DEFAULTS, defaultAction: 'off' })
      .containers.length,
    1,
  );
  const wrong = { 'ecsidecar.reload': 'reboot', 'ecsidecar.reload.debounce': '2h' };
  const { containers, problems } = watchedContainers(definition(wrong), DEFAULTS);
  t.match(containers, [{ action: 'restart', quietMs: 100 }]);
  t.match(problems, [/ecsidecar\.reload is "reboot"/, /debounce is "2h"/]);
  const flagMounts = [{ hostPath: '/work/lib', containerPath: '/lib', readOnly: false }];
  t.same(
    watchedContainers(definition(), { ...DEFAULTS, flagMounts }).containers.map(({ name }) => name),
    ['app', 'other'],
  );
  t.end();
});

t.test("the system's own folders are not watched", (t) => {
  for (const path of [
    '/',
    '/proc',
    '/sys/fs/cgroup',
    '/var/run/docker.sock',
    '/dev/shm',
    '/home',
    '/etc',
    '/usr/bin',
  ])
    t.notOk(isWatchable(path), path);
  for (const path of ['/home/me', '/etc/app/app.conf', '/tmp/code', '/usr/src/app', '/opt/app', '/work'])
    t.ok(isWatchable(path), path);
  t.end();
});

t.test('what means nothing is ignored, and own patterns win', (t) => {
  const plain = createIgnores({}, []);
  for (const path of [
    '.git/HEAD',
    'a/node_modules/b.js',
    'x.py~',
    '.app.py.swp',
    'a/4913',
    'p/__pycache__/x.pyc',
  ])
    t.ok(plain(path), path);
  for (const path of ['', 'app.py', 'a/b.js', 'dist/x.js', '.env', '.gitignore']) t.notOk(plain(path), path);

  const files = {
    gitignore: 'dist/\n*.log\n!keep.log\n',
    dockerignore: '# no\n\n/tmp\ndata/*.db\n**/cache\n',
  };
  const rules = createIgnores(files, ['!dist/', 'notes', 'made/']);
  for (const path of ['a.log', 'b/a.log', 'tmp/x', 'data/a.db', 'a/cache/x', 'notes', 'a/notes/x', 'made'])
    t.ok(rules(path), path);
  for (const path of ['keep.log', 'dist/x.js', 'b/tmp/x', 'b/data/a.db', 'data/b/c.db'])
    t.notOk(rules(path), path);
  t.end();
});

t.test('any path of a file system can be asked for', (t) => {
  const name = fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((one) => !/[/\0]/.test(one) && !/^\.{1,2}$/.test(one));
  const rules = createIgnores({ gitignore: '*.log' }, []);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
      const path = parts.join('/');
      return relativeTo('/a', `/a/${path}`) === path && typeof rules(path) === 'boolean';
    }),
  );
  t.equal(relativeTo('/a/b', '/a/bc/d'), undefined);
  t.equal(relativeTo('/a/b', '/a/b'), '');
  t.end();
});
