import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import type {
  ContainerFacts,
  ContainerMount,
  EnvironmentVariable,
  ReloadReport,
} from '../../model/console-ports.ts';
import { attachText, findDebugTargets } from '../../model/debug-targets.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task, TaskContainer } from '../../model/task.ts';
import { vscodeConfiguration } from '../../model/vscode-configuration.ts';
import { pendingFor } from './pending-for.ts';
import { timeLine } from './time-line.ts';

export type DetailsInput = {
  readonly task: Task;
  /** With the task's overrides applied. */
  readonly definition: AwsTaskDefinition;
  readonly facts: readonly ContainerFacts[];
  readonly reloads: readonly ReloadReport[];
  /** Watched host paths by container. */
  readonly watched: ReadonlyMap<string, readonly string[]>;
};

/**
 * What a page shows of a task beside what DescribeTasks answers. Values of secrets, and of variables that are named like
 * credentials, are not in it. Pure.
 */
export function taskDetails({ task, definition, facts, reloads, watched }: DetailsInput) {
  const waiting = pendingFor(task, definition);
  const byName = new Map(facts.map((one) => [one.name, one]));
  const debuggers = findDebugTargets(task, definition);
  const defined = task.containers.map((container) => {
    const { name } = container;
    return {
      ...containerDetails(container, definitionOf(definition, name), byName.get(name), {
        definition,
        watched: watched.get(name) ?? [],
      }),
      ...logsOf(task, container, definitionOf(definition, name)),
      debuggers: debuggers
        .filter(({ containerName }) => containerName === name)
        .map((target) => ({
          kind: target.kind,
          ...('hostPort' in target && { hostPort: target.hostPort }),
          attach: attachText(target),
          vscode: vscodeConfiguration(target, undefined),
        })),
    };
  });
  const others = facts
    .filter(({ kind }) => kind !== 'defined')
    .map((one) => ({
      ...{ name: one.name, kind: one.kind, ...one.engine },
      environment: one.environment.map(withoutCredential),
    }));
  return {
    taskArn: task.arn,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    ...(task.stopCode && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    ...(waiting !== undefined && { pendingFor: waiting }),
    timeLine: timeLine(task),
    containers: [...defined, ...others],
    reloads: joinReports(reloads),
  };
}

const definitionOf = (definition: AwsTaskDefinition, name: string): ContainerDefinition =>
  definition.containerDefinitions?.find((one) => one.name === name) ?? { name };

function containerDetails(
  container: TaskContainer,
  own: ContainerDefinition,
  facts: ContainerFacts | undefined,
  more: { readonly definition: AwsTaskDefinition; readonly watched: readonly string[] },
) {
  const { name, image, essential, lastStatus, healthStatus, exitCode, reason, imageDigest, runtimeId } =
    container;
  const engine = facts?.engine;
  const mounts = engine?.mounts ?? definedMounts(own, more.definition);
  return {
    name,
    kind: 'defined' as const,
    essential,
    image,
    lastStatus,
    healthStatus,
    ...(imageDigest !== undefined && { imageDigest }),
    ...(runtimeId !== undefined && { dockerId: runtimeId }),
    ...(engine && { dockerName: engine.dockerName, imageId: engine.imageId, labels: engine.labels }),
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
    restartCount: container.restarts?.count ?? 0,
    entryPoint: engine?.entryPoint ?? own.entryPoint ?? [],
    command: engine?.command ?? own.command ?? [],
    mounts: mounts.map((mount) => ({
      ...mount,
      isWatched: mount.hostPath !== undefined && more.watched.includes(mount.hostPath),
    })),
    environment: (facts?.environment ?? definedEnvironment(own)).map(withoutCredential),
    ports: container.networkBindings.map(({ containerPort, hostPort, protocol = 'tcp', bindIP }) => ({
      ...{ containerPort, hostPort, protocol, bindIP },
      ...(protocol === 'tcp' && hostPort !== undefined && { url: `http://127.0.0.1:${hostPort}` }),
    })),
    healthLog: engine?.healthLog ?? [],
  };
}

function definedMounts(
  { mountPoints = [] }: ContainerDefinition,
  { volumes = [] }: AwsTaskDefinition,
): ContainerMount[] {
  return mountPoints.map(({ sourceVolume, containerPath = '', readOnly }) => {
    const hostPath = volumes.find(({ name }) => name === sourceVolume)?.host?.sourcePath;
    return {
      ...(hostPath ? { hostPath } : sourceVolume !== undefined && { volume: sourceVolume }),
      containerPath,
      readOnly: readOnly ?? false,
    };
  });
}

const definedEnvironment = ({
  environment = [],
  secrets = [],
}: ContainerDefinition): EnvironmentVariable[] => [
  ...environment.map(({ name = '', value = '' }) => ({ name, value })),
  ...secrets.map(({ name = '' }) => ({ name })),
];

/** Names under which people keep what others must not read over their shoulder. The choice is ours. */
const CREDENTIAL = /(password|passwd|secret|token|credentials?|private_?key|api_?key|access_?key(_?id)?)$/i;

const withoutCredential = ({ name, value }: EnvironmentVariable): EnvironmentVariable =>
  value === undefined || CREDENTIAL.test(name) ? { name } : { name, value };

/** Where its output is read; without a stream in the definition, the container's id names it. */
function logsOf({ id, scope }: Task, { runtimeId }: TaskContainer, own: ContainerDefinition) {
  const target = awslogsTarget(own, id);
  const stream = target?.stream ?? runtimeId;
  return target && stream !== undefined
    ? { logs: { group: target.group, stream, region: target.region ?? scope.region } }
    : {};
}

/** One entry for each reload, with its last status; `at` is when it was asked for, where that is still known. Newest first. */
function joinReports(reports: readonly ReloadReport[]): ReloadReport[] {
  const joined = new Map<string, ReloadReport>();
  // The newest report of a reload comes first and is told; an older one says when it began.
  for (const report of reports) {
    const newer = joined.get(report.id);
    joined.set(report.id, newer ? { ...newer, at: report.at } : report);
  }
  return [...joined.values()];
}
