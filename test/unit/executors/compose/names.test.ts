import fc from 'fast-check';
import t from 'tap';
import {
  containerName,
  projectFolder,
  projectName,
  shortenName,
} from '../../../../src/executors/compose/names.ts';

const ID = '0123456789abcdef0123456789abcdef';
const ecsName = fc.stringMatching(/^[a-zA-Z0-9_-]{1,255}$/);

t.test('a project is named by its cluster and the first 12 digits of the task id', (t) => {
  t.equal(projectName('mycluster', ID), 'ecs-mycluster-0123456789ab');
  t.equal(projectName('My_Cluster', ID), 'ecs-my_cluster-0123456789ab');
  t.end();
});

t.test('every project name keeps the rules of Compose. Source: Compose specification, name', (t) => {
  fc.assert(
    fc.property(ecsName, (cluster) => {
      const name = projectName(cluster, ID);
      return /^[a-z0-9][a-z0-9_-]*$/.test(name) && name.length <= 100;
    }),
  );
  t.end();
});

t.test('a container is named as the ECS agent does, with the task id', (t) => {
  t.equal(containerName('myfamily', 3, 'server', ID), 'ecs-myfamily-3-server-0123456789ab');
  t.end();
});

t.test('a container name has at most 200 characters, whatever it is made of', (t) => {
  fc.assert(
    fc.property(ecsName, fc.integer({ min: 1, max: 2 ** 31 }), ecsName, (family, revision, container) => {
      const name = containerName(family, revision, container, ID);
      return name.length <= 200 && /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);
    }),
  );
  t.end();
});

t.test('two containers of a task have two names, also when they are cut', (t) => {
  const long = 'x'.repeat(254);
  t.not(containerName('f', 1, `${long}a`, ID), containerName('f', 1, `${long}b`, ID));
  t.equal(containerName('f', 1, `${long}a`, ID), containerName('f', 1, `${long}a`, ID));
  t.equal(shortenName('x'.repeat(80), 80), 'x'.repeat(80));
  t.equal(shortenName('x'.repeat(81), 80).length, 80);
  t.end();
});

t.test('a project lies under account, region, cluster and task', (t) => {
  const task = {
    scope: { account: '000000000000', region: 'us-east-1' },
    clusterName: 'mycluster',
    id: ID,
    group: 'family:f',
  };
  t.equal(projectFolder('/data', task), `/data/projects/000000000000/us-east-1/mycluster/standalone/${ID}`);
  const ofService = { ...task, group: 'service:web', startedBy: 'ecs-svc/1' };
  t.equal(projectFolder('/data', ofService), `/data/projects/000000000000/us-east-1/mycluster/web/${ID}`);
  t.end();
});

t.test('no account or region leads out of the data folder', (t) => {
  for (const region of ['..', '../../../etc', '.', '', 'a/b', '\0']) {
    const folder = projectFolder('/data', {
      scope: { account: '..', region },
      clusterName: 'c',
      id: ID,
      group: 'g',
    });
    t.match(folder, /^\/data\/projects\/%2e%2e\/[^/]+\/c\/standalone\/[0-9a-f]{32}$/, JSON.stringify(region));
  }
  t.end();
});
