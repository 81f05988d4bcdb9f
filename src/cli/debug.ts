import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type {
  DescribeTaskDefinitionResponse,
  DescribeTasksResponse,
  ListClustersResponse,
  ListTasksResponse,
  Task,
} from '@aws-sdk/client-ecs';
import { effectiveDefinition } from '../model/effective-definition.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import { callEcs, NoSidecar } from './api-client.ts';
import {
  debuggerOf,
  jetbrainsConfiguration,
  updateLaunchJson,
  vscodeConfiguration,
  type DebugTarget,
} from './debug-configurations.ts';

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
    if (answer.taskDefinition) found.push(...oncePerPort(targetsOf(task, answer.taskDefinition)));
  }
  const counts = Map.groupBy(found, ({ name }) => name);
  return found
    .map(({ taskId, ...target }) =>
      (counts.get(target.name)?.length ?? 0) > 1
        ? { ...target, name: `${target.name} (${taskId.slice(0, 12)})` }
        : target,
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type TaskTarget = DebugTarget & { readonly taskId: string };

/** A port of a network that containers share is told of each of them; the one whose code is mounted is debugged. */
function oncePerPort(targets: readonly TaskTarget[]): TaskTarget[] {
  const byPort = Map.groupBy(targets, (target) => ('hostPort' in target ? target.hostPort : undefined));
  return [...byPort].flatMap(([port, same]) => {
    const chosen = same.find(({ mounts }) => mounts.length > 0) ?? same[0];
    return port === undefined ? same : chosen ? [chosen] : [];
  });
}

function targetsOf(task: Task, registered: AwsTaskDefinition): TaskTarget[] {
  const definition = effectiveDefinition(registered, task.overrides ?? {});
  const taskId = task.taskArn?.split('/').at(-1) ?? '';
  return (task.containers ?? []).flatMap(({ name: containerName = '', networkBindings = [], runtimeId }) => {
    const name = `${definition.family ?? ''}/${containerName}`;
    const container = definition.containerDefinitions?.find((one) => one.name === containerName);
    const startedWith = [
      ...(container?.entryPoint ?? []),
      ...(container?.command ?? []),
      ...(container?.environment ?? []).map(({ value = '' }) => value),
    ].join(' ');
    const mounts = (container?.mountPoints ?? []).flatMap(({ sourceVolume, containerPath = '' }) => {
      const hostPath = definition.volumes?.find((volume) => volume.name === sourceVolume)?.host?.sourcePath;
      return hostPath === undefined ? [] : [{ hostPath, containerPath }];
    });
    const listening = networkBindings.flatMap(({ containerPort = 0, hostPort = 0 }) => {
      const kind = debuggerOf(containerPort, startedWith);
      return kind ? [{ kind, name, hostPort, mounts, taskId }] : [];
    });
    // Its debugger is started in the container by the editor.
    const isDotnet = /\bdotnet\b/.test(`${container?.image ?? ''} ${startedWith}`);
    return isDotnet && runtimeId !== undefined
      ? [...listening, { kind: 'dotnet' as const, name, containerId: runtimeId.slice(0, 12), mounts, taskId }]
      : listening;
  });
}
