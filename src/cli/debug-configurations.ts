import { posix } from 'node:path';
import { applyEdits, modify, parse } from 'jsonc-parser';
import type { DebuggerKind, DebugTarget } from '../model/debug-targets.ts';
import { CONFIGURATION_PREFIX } from '../model/vscode-configuration.ts';

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
  const name = xml(`${CONFIGURATION_PREFIX}${target.name}`);
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
