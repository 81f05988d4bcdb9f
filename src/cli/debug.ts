import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type {
  DescribeTaskDefinitionResponse,
  DescribeTasksResponse,
  ListClustersResponse,
  ListTasksResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { findDebugTargets, type DebugTarget, type TaskDebugTarget } from '../model/debug-targets.ts';
import { effectiveDefinition } from '../model/effective-definition.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import { vscodeConfiguration } from '../model/vscode-configuration.ts';
import { callEcs, NoSidecar } from './api-client.ts';
import { jetbrainsConfiguration, updateLaunchJson } from './debug-configurations.ts';

export type DebugOptions = { readonly folder: string; readonly print: boolean };

/**
 * Lists where debuggers can be attached to running tasks, and writes the editors' configurations for it into a project
 * folder. Returns the exit code: 1 when no sidecar answers or a file cannot be written.
 */
export async function debugCommand(
  { folder, print }: DebugOptions,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  try {
    const targets = await findTargets(environment);
    if (targets.length === 0) {
      process.stdout.write(
        'No running task publishes a debugger port or runs .NET. Start the sidecar with ECS_DOCKER_FLAGS="-p 0:9229", or give the\n' +
          'container the label ecsidecar.docker-flags=-p 0:9229 (9229: Node, 5678: debugpy, 5005: Java, 2345: Delve).\n',
      );
      return 0;
    }
    for (const target of targets) {
      const where =
        target.kind === 'dotnet' ? `container ${target.containerId}` : `127.0.0.1:${target.hostPort}`;
      process.stdout.write(`${target.kind.padEnd(8)} ${where}  ${target.name}\n`);
    }
    const root = resolve(folder);
    const files = await configurationFiles(targets, root);
    for (const { path, text } of files) {
      if (print) {
        process.stdout.write(`\n# ${path}\n${text}`);
        continue;
      }
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      process.stdout.write(`wrote ${path}\n`);
    }
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`ecsidecar: ${error instanceof NoSidecar ? text : `debug: ${text}`}\n`);
    return 1;
  }
}

async function configurationFiles(
  targets: readonly DebugTarget[],
  root: string,
): Promise<{ path: string; text: string }[]> {
  const launch = join(root, '.vscode', 'launch.json');
  const before = await readFile(launch, 'utf8').catch(() => '');
  let text;
  try {
    text = updateLaunchJson(
      before,
      targets.map((target) => vscodeConfiguration(target, root)),
    );
  } catch (error) {
    throw new Error(`${launch} cannot be updated: ${String(error)}`, { cause: error });
  }
  const ofJetBrains = targets.flatMap((target) => jetbrainsConfiguration(target) ?? []);
  return [
    { path: launch, text },
    ...ofJetBrains.map(({ file, text: content }) => ({ path: join(root, file), text: content })),
  ];
}

/** Of every running task of every cluster, by family and container. */
async function findTargets(environment: NodeJS.ProcessEnv): Promise<DebugTarget[]> {
  const ecs = <Output>(action: string, input: object): Promise<Output> =>
    callEcs<Output>(environment, action, input);
  const tasks: Task[] = [];
  const { clusterArns = [] } = await ecs<ListClustersResponse>('ListClusters', {});
  for (const cluster of clusterArns) {
    const { taskArns = [] } = await ecs<ListTasksResponse>('ListTasks', { cluster });
    if (taskArns.length === 0) continue;
    const described = await ecs<DescribeTasksResponse>('DescribeTasks', { cluster, tasks: taskArns });
    tasks.push(...(described.tasks ?? []));
  }
  const found = [];
  for (const task of tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')) {
    const { taskDefinitionArn: taskDefinition } = task;
    const answer = await ecs<DescribeTaskDefinitionResponse>('DescribeTaskDefinition', { taskDefinition });
    if (answer.taskDefinition) found.push(...targetsOf(task, answer.taskDefinition));
  }
  const counts = Map.groupBy(found, ({ name }) => name);
  return found
    .map(({ taskId, containerName: _, ...target }) =>
      (counts.get(target.name)?.length ?? 0) > 1
        ? { ...target, name: `${target.name} (${taskId.slice(0, 12)})` }
        : target,
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const targetsOf = (
  { taskArn = '', containers = [], overrides = {} }: Task,
  registered: AwsTaskDefinition,
): TaskDebugTarget[] =>
  findDebugTargets(
    { id: taskArn.split('/').at(-1) ?? '', containers },
    effectiveDefinition(registered, overrides),
  );
