import fc from 'fast-check';
import t from 'tap';
import { containerInstanceArn, taskArn, taskDefinitionArn } from '../../../../src/model/arn.ts';
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
  containers: [],
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
      const sorted = (usage: ReturnType<typeof store.tasks.instanceUsage>) =>
        usage
          .filter(({ reserved }) => reserved.cpuUnits > 0)
          .map(({ reserved, tasksByGroup, ...rest }) => ({
            ...rest,
            reserved: { ...reserved, ports: reserved.ports.toSorted() },
            groups: [...tasksByGroup].sort(),
          }))
          .sort((a, b) => (a.instanceArn < b.instanceArn ? -1 : 1));
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
