import fc from 'fast-check';
import t from 'tap';
import { containerArn, containerInstanceArn, taskArn, taskDefinitionArn } from '../../../../src/model/arn.ts';
import type { Task, TaskStatus } from '../../../../src/model/task.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../../../src/store/ecs/store.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

const makeTask = (id: number, instance: number | undefined, lastStatus: TaskStatus): Task => ({
  scope,
  arn: taskArn(scope, 'c', String(id)),
  id: String(id),
  clusterName: 'c',
  taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  group: `g${id % 2}`,
  ...(instance !== undefined && {
    containerInstanceArn: containerInstanceArn(scope, 'c', String(instance)),
    reserved: { cpuUnits: id, memoryMib: 2 * id, ports: [`${id % 3}/tcp`], gpuIds: [] },
  }),
  enableExecuteCommand: false,
  overrides: {},
  tags: [],
  version: 1,
  desiredStatus: lastStatus === 'STOPPED' || lastStatus === 'STOPPING' ? 'STOPPED' : 'RUNNING',
  lastStatus,
  healthStatus: 'UNKNOWN',
  ...(id % 4 === 0 && { networkInterface: { attachmentId: 'a', id: 'eni-1' } }),
  containers: [
    {
      arn: containerArn(scope, 'c', String(id), 'app'),
      name: 'app',
      image: 'i',
      essential: true,
      lastStatus: lastStatus === 'RUNNING' ? 'RUNNING' : 'PENDING',
      healthStatus: 'UNKNOWN',
      networkBindings:
        lastStatus === 'RUNNING'
          ? [{ hostPort: 8000 + id }, { hostPortRange: '7000-7001', protocol: 'udp' }]
          : [],
    },
  ],
  createdAt: new Date(0),
});

t.test('what is kept in memory is what the database says, whatever is saved, deleted and undone', (t) => {
  const happening = fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    status: fc.constantFrom<TaskStatus | 'gone'>('PENDING', 'RUNNING', 'STOPPING', 'STOPPED', 'gone'),
    isUndone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), fc.nat(40), (happenings, asksAt) => {
      const database = openDatabase(':memory:', [ecsMigrations]);
      const store = createEcsStore(database);
      const change = ({ id, status }: (typeof happenings)[number]): void => {
        // A task stays where it was placed; some are placed nowhere.
        const task = makeTask(id, id % 4 === 0 ? undefined : id % 3, status === 'gone' ? 'STOPPED' : status);
        if (status === 'gone') store.tasks.delete(task.arn);
        else store.tasks.put(task);
      };
      for (const [index, happening] of happenings.entries()) {
        if (index === asksAt) store.tasks.instanceUsage(scope, 'c');
        if (!happening.isUndone) {
          change(happening);
          continue;
        }
        const undone = new Error('undone');
        try {
          store.transaction(() => {
            change(happening);
            throw undone;
          });
        } catch (error) {
          if (error !== undone) throw error;
        }
      }
      const sorted = ({ instances, hostPorts }: ReturnType<typeof store.tasks.instanceUsage>) => ({
        hostPorts: hostPorts.toSorted(),
        instances: instances
          .filter(({ reserved }) => reserved.cpuUnits > 0)
          .map(({ tasksByGroup, ...rest }) => ({ ...rest, groups: [...tasksByGroup].sort() }))
          .sort((a, b) => (a.instanceArn < b.instanceArn ? -1 : 1)),
      });
      t.strictSame(
        sorted(store.tasks.instanceUsage(scope, 'c')),
        sorted(createEcsStore(database).tasks.instanceUsage(scope, 'c')),
      );
      database.close();
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test(
  'ports of the machine are those of every account, region and cluster, until their task is STOPPED',
  (t) => {
    const store = createEcsStore(openDatabase(':memory:', [ecsMigrations]));
    const other = { account: '111111111111', region: 'eu-west-1' };
    const elsewhere = (lastStatus: TaskStatus): Task => ({
      ...makeTask(1, 1, lastStatus),
      scope: other,
      arn: taskArn(other, 'd', '1'),
      clusterName: 'd',
    });
    store.tasks.put(elsewhere('RUNNING'));
    const portsNow = () => store.tasks.instanceUsage(scope, 'c').hostPorts.toSorted();
    t.strictSame(portsNow(), ['1/tcp'], 'what it is published on without asking is not counted');
    store.tasks.put(makeTask(4, undefined, 'RUNNING'));
    t.strictSame(
      portsNow(),
      ['1/tcp', '7000/udp', '7001/udp', '8004/tcp'],
      'but with a network of its own it is',
    );
    store.tasks.put(elsewhere('STOPPING'));
    t.ok(portsNow().includes('1/tcp'));
    store.tasks.put(elsewhere('STOPPED'));
    store.tasks.put(makeTask(4, undefined, 'STOPPED'));
    t.strictSame(portsNow(), []);
    t.end();
  },
);
