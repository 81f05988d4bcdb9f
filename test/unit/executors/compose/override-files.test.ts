import { mkdirSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { findOverrides, overrideNames } from '../../../../src/executors/compose/override-files.ts';

const standalone = { family: 'myfamily', clusterName: 'mycluster', group: 'family:myfamily' };
const ofService = { ...standalone, group: 'service:web', startedBy: 'ecs-svc/1' };

t.test('a task has what is for all, for its family, and for its service where it is of one', (t) => {
  t.strictSame(overrideNames(standalone), ['all', 'myfamily']);
  t.strictSame(overrideNames(ofService), ['all', 'myfamily', 'mycluster/web']);
  t.strictSame(
    overrideNames({ ...standalone, group: 'service:web' }),
    ['all', 'myfamily'],
    'a group by hand',
  );
  t.strictSame(overrideNames({ ...standalone, family: 'all' }), ['all'], 'one file is taken once');
  t.end();
});

t.test('no name leads out of the folder, whatever a task says of itself', (t) => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('..', '../..', '/etc', '.', 'a/b', 'a\\b', '', 'a\n', '%2e'),
  );
  fc.assert(
    fc.property(text, text, text, (family, clusterName, service) => {
      const task = { family, clusterName, group: `service:${service}`, startedBy: 'ecs-svc/1' };
      return overrideNames(task).every((name) => {
        const path = relative('/folder', join('/folder', `${name}.yaml`));
        return !isAbsolute(path) && !path.startsWith('..') && path === `${name}.yaml`;
      });
    }),
  );
  t.end();
});

t.test('files that are there are found, .yaml before .yml; folders of such a name are none', async (t) => {
  const folder = t.testdir({ 'all.yml': '', 'myfamily.yaml': '', 'myfamily.yml': '', mycluster: {} });
  t.strictSame(await findOverrides(folder, ofService), [
    join(folder, 'all.yml'),
    join(folder, 'myfamily.yaml'),
  ]);
  mkdirSync(join(folder, 'mycluster', 'web.yaml'));
  writeFileSync(join(folder, 'mycluster', 'web.yml'), '');
  t.strictSame((await findOverrides(folder, ofService)).at(2), join(folder, 'mycluster', 'web.yml'));
  t.strictSame(await findOverrides(join(folder, 'absent'), ofService), []);
});
