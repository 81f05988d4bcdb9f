import type { DebugTarget } from './debug-targets.ts';

export const CONFIGURATION_PREFIX = 'ecsidecar: ';

/** A host folder as VS Code is to write it: relative to the workspace where it lies in it. */
const localRoot = (hostPath: string, folder: string | undefined): string =>
  hostPath === folder
    ? '${workspaceFolder}'
    : folder !== undefined && hostPath.startsWith(`${folder}/`)
      ? `\${workspaceFolder}/${hostPath.slice(folder.length + 1)}`
      : hostPath;

/**
 * One of VS Code's configurations, for a workspace of this folder, or for any. Source: the documents of its Node, Python, Java, Go and C# debuggers.
 */
export function vscodeConfiguration(
  target: DebugTarget,
  folder: string | undefined,
): Readonly<Record<string, unknown>> {
  const { mounts } = target;
  const common = { name: `${CONFIGURATION_PREFIX}${target.name}`, request: 'attach' };
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
