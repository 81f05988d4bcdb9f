import type { ContainerInstanceArn } from '../../model/arn.ts';
import type { Scope } from '../../model/caller.ts';
import type { ClusterUsage, InstanceUsage, Reservation } from '../../model/container-instance.ts';
import { hostPortsOf } from '../../model/host-ports.ts';
import type { Task } from '../../model/task.ts';
import type { Database } from '../database.ts';
import { PENDING } from './clusters.ts';
import { integer, text } from './document.ts';

/** What of a task counts here. */
type Held = Pick<Task, 'containerInstanceArn' | 'reserved' | 'group' | 'desiredStatus' | 'lastStatus'>;

export type InstanceUsageLedger = {
  /** What the tasks of a cluster hold; read from the database the first time alone. */
  ofCluster(scope: Scope, clusterName: string): ClusterUsage;
  /** Whether changes of tasks have to be told: somebody asked already. */
  isKept(): boolean;
  /** A task is saved or deleted. */
  change(before: Task | undefined, after: Task | undefined): void;
  /** All is read anew: after a transaction that failed. */
  forget(): void;
};

/**
 * Keeps in memory what tasks hold of their container instances: a service asks for it with each task that it starts, and
 * summing it up costs as much as there are tasks.
 */
export function createInstanceUsage(database: Database): InstanceUsageLedger {
  // Tasks that hold the same are one row: a service's tasks differ in nothing that counts here.
  const select = database.prepare(`
    SELECT container_instance, task_group, desired_status, last_status, reserved, count(*) AS tasks FROM task
    WHERE account = ? AND region = ? AND cluster = ?
      AND container_instance IS NOT NULL AND last_status <> 'STOPPED'
    GROUP BY container_instance, task_group, desired_status, last_status, reserved
  `);
  const selectHolders = database.prepare(`
    SELECT document FROM task WHERE last_status <> 'STOPPED'
      AND (json_array_length(reserved, '$.ports') > 0 OR json_extract(document, '$.networkInterface') IS NOT NULL)
  `);
  const clusters = new Map<string, Map<ContainerInstanceArn, InstanceTotals>>();
  /** How many tasks hold each port of the machine: one, but for what was saved before it was looked at. */
  let ports: Map<string, number> | undefined;
  let hostPorts: readonly string[] | undefined;

  const readPorts = (): Map<string, number> => {
    const held = new Map<string, number>();
    for (const row of selectHolders.all())
      for (const port of hostPortsOf(JSON.parse(text(row, 'document')) as Task)) count(held, port, 1);
    return held;
  };

  const changePorts = (task: Task, sign: number): void => {
    if (!ports || task.lastStatus === 'STOPPED') return;
    for (const port of hostPortsOf(task)) {
      count(ports, port, sign);
      hostPorts = undefined;
    }
  };

  const read = (
    { account, region }: Scope,
    clusterName: string,
  ): Map<ContainerInstanceArn, InstanceTotals> => {
    const totals = new Map<ContainerInstanceArn, InstanceTotals>();
    for (const row of select.all(account, region, clusterName)) {
      const held: Held = {
        containerInstanceArn: text(row, 'container_instance') as ContainerInstanceArn,
        group: text(row, 'task_group'),
        desiredStatus: text(row, 'desired_status') as Task['desiredStatus'],
        lastStatus: text(row, 'last_status') as Task['lastStatus'],
        reserved: JSON.parse(text(row, 'reserved')) as Reservation,
      };
      add(totals, held, integer(row, 'tasks'));
    }
    return totals;
  };

  return {
    ofCluster(scope, clusterName) {
      const key = keyOf(scope, clusterName);
      const known = clusters.get(key) ?? read(scope, clusterName);
      clusters.set(key, known);
      ports ??= readPorts();
      hostPorts ??= [...ports.keys()];
      return { instances: [...known.values()].map((totals) => totals.usage()), hostPorts };
    },
    isKept: () => ports !== undefined,
    change(before, after) {
      for (const [task, sign] of [
        [before, -1],
        [after, 1],
      ] as const) {
        if (!task) continue;
        const totals = clusters.get(keyOf(task.scope, task.clusterName));
        if (totals) add(totals, task, sign);
        changePorts(task, sign);
      }
    },
    forget() {
      clusters.clear();
      ports = undefined;
      hostPorts = undefined;
    },
  };
}

const keyOf = ({ account, region }: Scope, clusterName: string): string =>
  `${account}/${region}/${clusterName}`;

/** Adds so many tasks of a kind, or takes them away. */
function add(all: Map<ContainerInstanceArn, InstanceTotals>, task: Held, tasks: number): void {
  const { containerInstanceArn: arn, lastStatus } = task;
  if (arn === undefined || lastStatus === 'STOPPED') return;
  const totals = all.get(arn) ?? createTotals(arn);
  all.set(arn, totals);
  totals.add(task, tasks);
}

type InstanceTotals = { add(task: Held, tasks: number): void; usage(): InstanceUsage };

function createTotals(instanceArn: ContainerInstanceArn): InstanceTotals {
  let [cpuUnits, memoryMib, runningTasksCount, pendingTasksCount] = [0, 0, 0, 0];
  const gpuIds = new Map<string, number>();
  const tasksByGroup = new Map<string, number>();
  let usage: InstanceUsage | undefined;
  return {
    add({ reserved, group, desiredStatus, lastStatus }, tasks) {
      usage = undefined;
      cpuUnits += tasks * (reserved?.cpuUnits ?? 0);
      memoryMib += tasks * (reserved?.memoryMib ?? 0);
      for (const id of reserved?.gpuIds ?? []) count(gpuIds, id, tasks);
      if (desiredStatus !== 'RUNNING') return;
      count(tasksByGroup, group, tasks);
      if (lastStatus === 'RUNNING') runningTasksCount += tasks;
      if (PENDING.has(lastStatus)) pendingTasksCount += tasks;
    },
    usage: () =>
      (usage ??= {
        instanceArn,
        reserved: { cpuUnits, memoryMib, gpuIds: [...gpuIds.keys()] },
        runningTasksCount,
        pendingTasksCount,
        tasksByGroup,
      }),
  };
}

function count(counts: Map<string, number>, key: string, more: number): void {
  const left = (counts.get(key) ?? 0) + more;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
