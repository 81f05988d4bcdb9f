import type Docker from 'dockerode';
import t from 'tap';
import type { ContainerStats } from '../../../../src/executors/compose/engine-stats.ts';
import { usageOf, watchUsage } from '../../../../src/executors/compose/task-usage.ts';
import type { ObservedContainer, Task } from '../../../../src/model/task.ts';
import { sampleTask } from '../../../support/rendering.ts';

/** As the engine answers, as far as it is read. */
const stats = (containerNs: number, systemNs: number, more: object = {}): ContainerStats =>
  ({
    cpu_stats: { cpu_usage: { total_usage: containerNs }, system_cpu_usage: systemNs, online_cpus: 4 },
    memory_stats: { usage: 1000, limit: 8000, stats: { inactive_file: 300 } },
    ...more,
  }) as ContainerStats;

t.test('CPU is of one core between two looks, memory without what can be dropped', (t) => {
  const before = stats(1_000, 100_000);
  // Half of the four cores' time: two cores.
  const usage = usageOf('app', stats(51_000, 200_000), before);
  t.equal(usage.cpuPercent, 200);
  t.match(usage, { name: 'app', memoryBytes: 700, memoryLimitBytes: 8000, receivedBytes: 0, readBytes: 0 });
  t.notOk('cpuPercent' in usageOf('app', before), 'nothing is known before the second look');
  t.end();
});

t.test('networks and disks are summed up', (t) => {
  const more = {
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 3 },
        { op: 'Write', value: 4 },
        { op: 'read', value: 30 },
        { op: 'Total', value: 999 },
      ],
    },
  };
  t.match(usageOf('app', stats(0, 0, more)), {
    ...{ receivedBytes: 11, sentBytes: 22, readBytes: 33, writtenBytes: 4 },
  });
  // cgroups of version 2 have null for what there is none of.
  const none = { blkio_stats: { io_service_bytes_recursive: null } };
  t.match(usageOf('app', stats(0, 0, none)), { readBytes: 0, writtenBytes: 0 });
  t.end();
});

const running = (name: string): ObservedContainer => ({
  ...{ name, dockerId: name, state: 'running', oomKilled: false },
  ...{ healthStatus: 'UNKNOWN', networkBindings: [] },
});

t.test('it looks until the task is stopped or gone, past an engine that does not answer', async (t) => {
  let task: Task = sampleTask();
  let looks = 0;
  const docker = {
    getContainer: (id: string) => ({
      stats: () => {
        looks += 1;
        if (looks === 2) return Promise.reject(new Error('the engine is away'));
        if (id === 'gone') return Promise.reject(Object.assign(new Error('no such'), { statusCode: 404 }));
        return Promise.resolve(stats(looks * 1000, looks * 1000));
      },
    }),
  } as unknown as Docker;
  const tasks = {
    get: () => task,
    observed: () => [running('app'), { ...running('gone') }].slice(0, looks < 2 ? 1 : 2),
  };
  const names: string[][] = [];
  for await (const { containers } of watchUsage(
    { docker, tasks },
    sampleTask().arn,
    new AbortController().signal,
  )) {
    names.push(containers.map(({ name }) => name));
    if (names.length === 2) task = { ...sampleTask(), lastStatus: 'STOPPED' };
  }
  t.same(names, [['app'], ['app']]);
  t.equal(looks, 4);
  const gone = { docker, tasks: { ...tasks, get: () => undefined } };
  t.equal((await watchUsage(gone, sampleTask().arn, new AbortController().signal).next()).done, true);
});
