import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import type { TestSidecar } from './sidecar.ts';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;

/** What a run of the CDK's CLI printed, and how it ended. */
export type CdkRun = { readonly output: string; readonly code: number };

export type Cdk = {
  (args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<CdkRun>;
  /** A run that goes on until it is ended, at the latest with the test; `output`: what it printed so far. */
  start(
    args: readonly string[],
    environment?: NodeJS.ProcessEnv,
  ): { readonly output: () => string; readonly end: () => Promise<void> };
};

/** cdklocal is a wrapper around the other. */
const PROGRAMS = { cdk: 'aws-cdk/bin/cdk', cdklocal: 'aws-cdk-local/bin/cdklocal' } as const;

/**
 * The CDK's CLI on an app, as a user has it: `folder` is absolute or below the project's root. It prints in no colours.
 */
export async function createCdk(
  t: Pick<Test, 'teardown'>,
  { clientEnvironment }: Pick<TestSidecar, 'clientEnvironment'>,
  folder: string,
  program: keyof typeof PROGRAMS = 'cdk',
): Promise<Cdk> {
  const home = await mkdtemp(join(tmpdir(), 'ecsidecar-cdk-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const argumentsOf = (args: readonly string[], { NODE_OPTIONS = '' }: NodeJS.ProcessEnv): string[] => {
    const common = ['--no-notices', '--no-color', '--output', join(home, 'cdk.out')];
    const file = join(ROOT, 'node_modules', PROGRAMS[program]);
    // By env, as tap adds its own hooks to the variable, and they cannot load cdklocal.
    return [`NODE_OPTIONS=${NODE_OPTIONS}`, process.execPath, file, ...args, ...common];
  };
  const optionsOf = (environment: NodeJS.ProcessEnv) => ({
    cwd: resolve(ROOT, folder),
    env: {
      ...clientEnvironment,
      AWS_REGION: 'us-east-1',
      CDK_HOME: home,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CI: '1',
      ...environment,
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  const cdk = async (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<CdkRun> => {
    try {
      const { stdout, stderr } = await run('env', argumentsOf(args, environment), optionsOf(environment));
      return { output: stdout + stderr, code: 0 };
    } catch (error) {
      const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
      return { output: stdout + stderr, code };
    }
  };
  const start: Cdk['start'] = (args, environment = {}) => {
    const child = spawn('env', argumentsOf(args, environment), optionsOf(environment));
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    const exited = once(child, 'exit');
    const end = async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    };
    t.teardown(end);
    return { output: () => printed, end };
  };
  return Object.assign(cdk, { start });
}
