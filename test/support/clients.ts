import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { TestSidecar } from './sidecar.ts';

const run = promisify(execFile);

/** The AWS CLI. `npm test` says where it and Python are; a file that is run by itself takes Debian's packages first, as set-up does. */
export const AWS = process.env['ECSIDECAR_TEST_AWS'] ?? (existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws');
export const PYTHON =
  process.env['ECSIDECAR_TEST_PYTHON'] ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');

/** Runs the real AWS CLI against a sidecar; returns what it printed, and throws with what it said on an error. */
export async function aws(
  sidecar: Pick<TestSidecar, 'clientEnvironment' | 'url'>,
  ...args: string[]
): Promise<string> {
  // Clients of before 2.13 do not read AWS_ENDPOINT_URL.
  const { stdout } = await run(AWS, ['--endpoint-url', sidecar.url, ...args], {
    env: sidecar.clientEnvironment,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** The same with the answer read as JSON. */
export async function awsJson<T>(
  sidecar: Pick<TestSidecar, 'clientEnvironment' | 'url'>,
  ...args: string[]
): Promise<T> {
  return JSON.parse(await aws(sidecar, ...args, '--output', 'json')) as T;
}

/** Runs Python with boto3; the script finds the address in the variable ENDPOINT. Returns what it printed. */
export async function python(
  sidecar: Pick<TestSidecar, 'clientEnvironment'>,
  script: string,
): Promise<string> {
  const { stdout } = await run(PYTHON, ['-c', script], {
    env: sidecar.clientEnvironment,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** The message of work that must fail. */
export async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('did not fail');
  return error.message;
}
