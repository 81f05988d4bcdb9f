import type { NetworkBinding } from '@aws-sdk/client-ecs';
import type { AwsTaskDefinition } from './task-definition.ts';

/** Debuggers that listen at a port. */
export type DebuggerKind = 'node' | 'debugpy' | 'jdwp' | 'delve';

/** A place where a debugger can be attached: a port, or for .NET, whose debugger listens nowhere, a container. */
export type DebugTarget = {
  /** `family/container`, with the task's id where several run. */
  readonly name: string;
  /** Folders of the host as the container has them. */
  readonly mounts: readonly { readonly hostPath: string; readonly containerPath: string }[];
} & (
  | { readonly kind: DebuggerKind; readonly hostPort: number }
  | { readonly kind: 'dotnet'; readonly containerId: string }
);

/** What tells of a debugger: the port that it listens on by default, and how it is asked for. */
const KINDS: Readonly<Record<DebuggerKind, { readonly ports: readonly number[]; readonly asked: RegExp }>> = {
  node: { ports: [9229], asked: /--inspect(?:-brk|-wait)?(?:=(?:[^\s:]*:)?(\d+))?/ },
  debugpy: { ports: [5678], asked: /debugpy\b.*?--listen[ =](?:[^\s:]*:)?(\d+)|debugpy/ },
  jdwp: { ports: [5005], asked: /-(?:agentlib:|Xrun)jdwp\S*?address=(?:[^\s:,]*:)?(\d+)/ },
  delve: { ports: [2345, 40_000], asked: /\bdlv\b.*?--listen[ =](?:[^\s:]*:)?(\d+)|\bdlv\b/ },
};

/**
 * The debugger of a container port, by what the container was started with (command and variables in one text) or, where
 * that says nothing of it, by the port.
 */
export function debuggerOf(containerPort: number, startedWith: string): DebuggerKind | undefined {
  const kinds = Object.entries(KINDS) as [DebuggerKind, (typeof KINDS)[DebuggerKind]][];
  const asked = kinds.find(([, { ports, asked: pattern }]) => {
    const match = pattern.exec(startedWith);
    return (
      match && (match[1] === undefined ? ports.includes(containerPort) : Number(match[1]) === containerPort)
    );
  });
  return (asked ?? kinds.find(([, { ports }]) => ports.includes(containerPort)))?.[0];
}

/** What is read of a running task, in our own words and in the API's. */
export type DebuggedTask = {
  /** 32 hex digits. */
  readonly id: string;
  readonly containers: readonly {
    readonly name?: string | undefined;
    readonly networkBindings?: readonly NetworkBinding[] | undefined;
    readonly runtimeId?: string | undefined;
  }[];
};

export type TaskDebugTarget = DebugTarget & { readonly taskId: string; readonly containerName: string };

/** Where debuggers can be attached to a running task. `definition` has the task's overrides applied. */
export function findDebugTargets(
  { id: taskId, containers }: DebuggedTask,
  definition: AwsTaskDefinition,
): TaskDebugTarget[] {
  const targets = containers.flatMap(({ name: containerName = '', networkBindings = [], runtimeId }) => {
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
    const common = { name, mounts, taskId, containerName };
    const listening = networkBindings.flatMap(({ containerPort = 0, hostPort = 0 }) => {
      const kind = debuggerOf(containerPort, startedWith);
      return kind ? [{ ...common, kind, hostPort }] : [];
    });
    // Its debugger is started in the container by the editor.
    const isDotnet = /\bdotnet\b/.test(`${container?.image ?? ''} ${startedWith}`);
    return isDotnet && runtimeId !== undefined
      ? [...listening, { ...common, kind: 'dotnet' as const, containerId: runtimeId.slice(0, 12) }]
      : listening;
  });
  return oncePerPort(targets);
}

/** A port of a network that containers share is told of each of them; the one whose code is mounted is debugged. */
function oncePerPort(targets: readonly TaskDebugTarget[]): TaskDebugTarget[] {
  const byPort = Map.groupBy(targets, (target) => ('hostPort' in target ? target.hostPort : undefined));
  return [...byPort].flatMap(([port, same]) => {
    const chosen = same.find(({ mounts }) => mounts.length > 0) ?? same[0];
    return port === undefined ? same : chosen ? [chosen] : [];
  });
}

/** What a person types, or tells an editor, to attach. Source: the documents of Node, debugpy, jdb, Delve and vsdbg. */
export function attachText(target: DebugTarget): string {
  if (target.kind === 'dotnet') return `docker exec -i ${target.containerId} /vsdbg/vsdbg`;
  const address = `127.0.0.1:${target.hostPort}`;
  switch (target.kind) {
    case 'node':
      return `node inspect ${address}`;
    case 'debugpy':
      return address;
    case 'jdwp':
      return `jdb -attach ${address}`;
    case 'delve':
      return `dlv connect ${address}`;
  }
}
