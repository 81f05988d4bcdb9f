import type { Task as SdkTask } from '@aws-sdk/client-ecs';
import { AwsCallError, type Wire } from '../../aws/call.ts';
import { allPages, inBatches, useAws, type Aws } from '../../aws/queries.ts';

export type Task = Wire<SdkTask>;

/** DescribeTasks takes no more at a time. */
const MAX_TASKS = 100;

/** The tasks of all clusters, those too that stopped and are still known. */
export const useTasks = () =>
  useAws(['task', 'cluster'], ['tasks'], async (aws) => {
    const clusters = await allPages(
      (nextToken) => aws.ecs('ListClusters', { nextToken }),
      ({ clusterArns }) => clusterArns,
    );
    const all = await Promise.all(clusters.map((cluster) => tasksOf(aws, cluster)));
    return all.flat();
  });

/** Those of a cluster, or of one service of it. */
export const useTasksOf = (cluster: string, serviceName?: string) =>
  useAws(['task'], ['tasks-of', cluster, serviceName], (aws) => tasksOf(aws, cluster, serviceName));

async function tasksOf(aws: Aws, cluster: string, serviceName?: string): Promise<Task[]> {
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      allPages(
        (nextToken) => aws.ecs('ListTasks', { cluster, serviceName, desiredStatus, nextToken }),
        ({ taskArns }) => taskArns,
      ),
    ),
  );
  // One that stops between the two calls is in both.
  return inBatches([...new Set(lists.flat())], MAX_TASKS, async (tasks) => {
    const described = await aws.ecs('DescribeTasks', { cluster, tasks });
    return described.tasks;
  });
}

/** One task with its tags. */
export const useTask = (cluster: string, id: string) =>
  useAws(['task'], ['task', cluster, id], async (aws) => {
    const { tasks } = await aws.ecs('DescribeTasks', { cluster, tasks: [id], include: ['TAGS'] });
    const task = tasks?.[0];
    if (!task) throw new AwsCallError('MISSING', `The cluster ${cluster} has no task ${id} (any more).`, 400);
    return task;
  });

/** Of what the sidecar tells of a task; see src/console/data/task-details.ts. */
export type TaskDetails = {
  readonly stoppedReason?: string;
  readonly pendingFor?: string;
  readonly timeLine: readonly { readonly what: string; readonly at: string; readonly container?: string }[];
  readonly containers: readonly ContainerDetails[];
  readonly reloads: readonly Reload[];
};

export type ContainerDetails = {
  readonly name: string;
  readonly kind: 'defined' | 'pause' | 'override';
  readonly essential?: boolean;
  readonly image?: string;
  readonly imageDigest?: string;
  readonly lastStatus?: string;
  readonly healthStatus?: string;
  readonly dockerId?: string;
  readonly dockerName?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly restartCount?: number;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly mounts?: readonly Mount[];
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly Port[];
  readonly healthLog?: readonly {
    readonly startedAt: string;
    readonly exitCode: number;
    readonly output: string;
  }[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly logs?: { readonly group: string; readonly stream: string; readonly region: string };
  readonly debuggers?: readonly Debugger[];
};

export type Mount = {
  readonly hostPath?: string;
  readonly volume?: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly isWatched?: boolean;
};

export type Port = {
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol: string;
  readonly url?: string;
};

export type Debugger = {
  readonly kind: string;
  readonly hostPort?: number;
  readonly attach: string;
  readonly vscode: unknown;
};

export type Reload = {
  readonly id: string;
  readonly containerName: string;
  readonly at: string;
  readonly action: string;
  readonly files: readonly string[];
  readonly fileCount: number;
  readonly status: string;
  readonly durationMs?: number;
  readonly reason?: string;
};

export type Project = {
  readonly folder: string;
  readonly command: string;
  readonly files: readonly { readonly name: string; readonly path: string; readonly text: string }[];
};

export const useDetails = (arn: string) =>
  useAws(
    ['task'],
    ['task-details', arn],
    async (aws) => (await aws.sidecar(`tasks/${encodeURIComponent(arn)}/details`)) as TaskDetails,
  );

/** The files of a task; undefined while (or since) there are none, and why not. */
export const useProject = (arn: string) =>
  useAws(['task'], ['task-compose', arn], async (aws): Promise<Project | string> => {
    try {
      return (await aws.sidecar(`tasks/${encodeURIComponent(arn)}/compose`)) as Project;
    } catch (error) {
      if (error instanceof AwsCallError && error.status === 409) return error.message;
      throw error;
    }
  });
