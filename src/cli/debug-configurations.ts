import { posix } from 'node:path';
import { applyEdits, modify, parse } from 'jsonc-parser';

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

const PREFIX = 'ecsidecar: ';

/** A host folder as VS Code is to write it: relative to the workspace where it lies in it. */
const localRoot = (hostPath: string, folder: string): string =>
  hostPath === folder
    ? '${workspaceFolder}'
    : hostPath.startsWith(`${folder}/`)
      ? `\${workspaceFolder}/${hostPath.slice(folder.length + 1)}`
      : hostPath;

/** One of VS Code's configurations. Source: the documents of its Node, Python, Java, Go and C# debuggers. */
export function vscodeConfiguration(target: DebugTarget, folder: string): Readonly<Record<string, unknown>> {
  const { mounts } = target;
  const common = { name: `${PREFIX}${target.name}`, request: 'attach' };
  const roots = mounts.map(({ hostPath, containerPath }) => ({
    localRoot: localRoot(hostPath, folder),
    remoteRoot: containerPath,
  }));
  if (target.kind === 'dotnet')
    return {
      type: 'coreclr',
      ...common,
      processName: 'dotnet',
      pipeTransport: {
        pipeProgram: 'docker',
        pipeArgs: ['exec', '-i', target.containerId],
        debuggerPath: '/vsdbg/vsdbg',
        pipeCwd: '${workspaceFolder}',
        quoteArgs: false,
      },
      sourceFileMap: Object.fromEntries(roots.map((root) => [root.remoteRoot, root.localRoot])),
    };
  const port = target.hostPort;
  switch (target.kind) {
    case 'node':
      // It attaches again by itself after a reload.
      return { type: 'node', ...common, address: '127.0.0.1', port, restart: true, ...roots[0] };
    case 'debugpy':
      return { type: 'debugpy', ...common, connect: { host: '127.0.0.1', port }, pathMappings: roots };
    case 'jdwp':
      return { type: 'java', ...common, hostName: '127.0.0.1', port };
    case 'delve': {
      const substitutePath = roots.map((root) => ({ from: root.localRoot, to: root.remoteRoot }));
      return { type: 'go', ...common, mode: 'remote', host: '127.0.0.1', port, substitutePath };
    }
  }
}

/**
 * The text of `.vscode/launch.json` with these configurations: those of the same name are replaced, all else stays as it
 * is, comments too. Throws an Error when the text is no such file.
 */
export function updateLaunchJson(
  text: string,
  configurations: readonly Readonly<Record<string, unknown>>[],
): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: '\n' };
  let updated = text.trim() === '' ? '{\n  "version": "0.2.0",\n  "configurations": []\n}\n' : text;
  for (const configuration of configurations) {
    const launch = parse(updated) as { configurations?: { name?: string }[] } | undefined;
    if (typeof launch !== 'object' || Array.isArray(launch)) throw new Error('it is no object');
    const all = launch.configurations ?? [];
    const index = all.findIndex(({ name }) => name === configuration['name']);
    const path = ['configurations', index < 0 ? all.length : index];
    const isArrayInsertion = index < 0 && launch.configurations !== undefined;
    updated = applyEdits(
      updated,
      modify(updated, path, configuration, { formattingOptions, isArrayInsertion }),
    );
  }
  return updated;
}

/** A JetBrains run configuration as a file of `.run`; undefined for debuggers that those IDEs attach to otherwise. */
export function jetbrainsConfiguration(target: DebugTarget): { file: string; text: string } | undefined {
  if (target.kind === 'dotnet') return undefined;
  const { kind, hostPort, mounts } = target;
  const name = xml(`${PREFIX}${target.name}`);
  const mappings = mounts
    .map(
      ({ hostPath, containerPath }) =>
        `    <mapping local-file="${xml(hostPath)}" url="${xml(`file://${containerPath}`)}" />\n`,
    )
    .join('');
  const body: Partial<Record<DebuggerKind, string>> = {
    node: `  <configuration name="${name}" type="ChromiumRemoteDebugType" factoryName="Chromium Remote" host="127.0.0.1" port="${hostPort}" restartOnDisconnect="true">\n${mappings}`,
    jdwp:
      `  <configuration name="${name}" type="Remote">\n` +
      ['USE_SOCKET_TRANSPORT=true', 'SERVER_MODE=false', 'HOST=127.0.0.1', `PORT=${hostPort}`]
        .map((option) => option.split('='))
        .map(([key = '', value = '']) => `    <option name="${key}" value="${value}" />\n`)
        .join(''),
    delve: `  <configuration name="${name}" type="GoRemoteDebugConfigurationType" factoryName="Go Remote" host="127.0.0.1" port="${hostPort}">\n`,
  };
  const configuration = body[kind];
  if (configuration === undefined) return undefined;
  return {
    file: posix.join('.run', `ecsidecar-${target.name.replace(/[^A-Za-z0-9_-]+/g, '-')}.run.xml`),
    text: `<component name="ProjectRunConfigurationManager">\n${configuration}    <method v="2" />\n  </configuration>\n</component>\n`,
  };
}

const xml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
