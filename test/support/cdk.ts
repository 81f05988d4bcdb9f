import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import type { TestSidecar } from './sidecar.ts';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;

/** What a run of the CDK's CLI printed, and how it ended. */
export type CdkRun = { readonly output: string; readonly code: number };

/** The CDK's CLI on an app, as a user has it: `folder` is below the project's root. It prints in no colours. */
export async function createCdk(
  t: Test,
  { clientEnvironment }: Pick<TestSidecar, 'clientEnvironment'>,
  folder: string,
): Promise<(args: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<CdkRun>> {
  const home = await mkdtemp(join(tmpdir(), 'ecsidecar-cdk-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  return async (args, environment = {}) => {
    const cdk = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
    const all = [cdk, ...args, '--no-notices', '--no-color', '--output', join(home, 'cdk.out')];
    const options = {
      cwd: join(ROOT, folder),
      env: {
        ...clientEnvironment,
        AWS_REGION: 'us-east-1',
        CDK_HOME: home,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        CI: '1',
        ...environment,
      },
      maxBuffer: 64 * 1024 * 1024,
    };
    try {
      const { stdout, stderr } = await run(process.execPath, all, options);
      return { output: stdout + stderr, code: 0 };
    } catch (error) {
      const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
      return { output: stdout + stderr, code };
    }
  };
}
