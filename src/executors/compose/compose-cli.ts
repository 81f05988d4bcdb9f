import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Oldest Compose that takes what we render. */
export const OLDEST_COMPOSE = [2, 24] as const;

export type ComposeResult = {
  readonly exitCode: number | null;
  /** The end of what it printed, errors and all. */
  readonly output: string;
  /** All that it printed on its standard output, as it is: secrets are not hidden in it. */
  readonly stdout: string;
};

export type ComposeRunOptions = {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** Added to Compose's environment: the values of the project's interpolations. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Hides such values in what is printed. */
  readonly redact?: (text: string) => string;
};

/** Runs Compose with these arguments; rejects when it cannot be started, the deadline is over or the signal aborts. */
export type ComposeCli = {
  readonly path: string;
  readonly version: string;
  run(args: readonly string[], options: ComposeRunOptions): Promise<ComposeResult>;
};

/** Kept of what Compose prints: enough for any error text, bounded for a pull's progress. */
const MAX_OUTPUT_CHARACTERS = 64_000;

/**
 * Finds Compose where Docker looks for its plugins, then on the PATH, and runs the plugin's binary by itself: without
 * the Docker CLI in front a start is a process cheaper.
 * Throws an Error that says what to do when there is none or it is older than 2.24.
 */
export async function findCompose(environment: NodeJS.ProcessEnv, dockerHost: string): Promise<ComposeCli> {
  const env = composeEnvironment(environment, dockerHost);
  const tooOld: string[] = [];
  for (const path of candidates(environment)) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!usable) continue;
    const version = await versionOf(path, env);
    if (version && isAtLeast(version, OLDEST_COMPOSE)) {
      return {
        path,
        version,
        run: (args, options) => runProcess(path, args, env, options),
      };
    }
    tooOld.push(`${path} is ${version ?? 'no Compose v2'}`);
  }
  const found = tooOld.length > 0 ? ` (${tooOld.join('; ')})` : '';
  throw new Error(
    `Docker Compose 2.24 or newer was not found${found}. Install the docker-compose-plugin package or Docker Desktop; ` +
      'in a clone of this project, `npm run setup` does it on Debian and Ubuntu.',
  );
}

/** Whether `2.40.3-3`, `v2.20.0` … is at least this major and minor version. */
export function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [foundMajor, foundMinor] = [Number(match[1]), Number(match[2])];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/** Source: docker/cli, cli-plugins/manager: the folders in which plugins are looked for, in this order. */
function candidates(environment: NodeJS.ProcessEnv): string[] {
  const folders = [
    join(environment['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'cli-plugins'),
    join(homedir(), '.docker', 'cli-plugins'),
    '/usr/local/lib/docker/cli-plugins',
    '/usr/local/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/libexec/docker/cli-plugins',
    '/opt/homebrew/lib/docker/cli-plugins',
    '/Applications/Docker.app/Contents/Resources/cli-plugins',
    ...(environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  return [...new Set(folders.map((folder) => join(folder, 'docker-compose')))];
}

/**
 * What Compose may know of our environment. Its own COMPOSE_* variables would change which files and projects it
 * works on; everything a project needs is in its file. A DOCKER_CONFIG that is a file it warns of at every start, and
 * credentials are not its business.
 */
export function composeEnvironment(environment: NodeJS.ProcessEnv, dockerHost: string): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name, value]) =>
      !name.startsWith('COMPOSE_') && !(name === 'DOCKER_CONFIG' && value?.endsWith('.json')),
  );
  return { ...Object.fromEntries(kept), DOCKER_HOST: dockerHost, COMPOSE_STATUS_STDOUT: '0' };
}

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const options = { signal: new AbortController().signal, deadlineMs: 15_000 };
    const { exitCode, output } = await runProcess(path, ['version', '--short'], env, options);
    return exitCode === 0 ? output.trim().replace(/^v/, '') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Output and errors come back joined, as Compose printed them. The pipes are also what ends a Compose that outlives
 * us: after our death its next line of progress meets a broken pipe, so it does not go on acting on an old plan.
 */
function runProcess(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { signal, deadlineMs, variables = {}, redact = (text) => text }: ComposeRunOptions,
): Promise<ComposeResult> {
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const child = spawn(path, args, {
      env: { ...env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, deadline]),
      killSignal: 'SIGKILL',
    });
    let output = '';
    const keep = (chunk: string): void => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    };
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      keep(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      reject(
        deadline.aborted
          ? new Error(
              `docker compose ${args.join(' ')} did not end within ${deadlineMs / 1000} s: ${redact(output).trim()}`,
            )
          : error,
      );
    });
    child.on('close', (exitCode) => {
      resolve({ exitCode, output: redact(output), stdout });
    });
  });
}

/** The lines of what Compose printed, without its warnings. */
export const saidLines = (output: string): string[] =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^time="[^"]*" level=(warning|info)/.test(line));
