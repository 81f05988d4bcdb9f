import { existsSync } from 'node:fs';
import { aptInstall } from './debian.mjs';
import { onPath } from './facts.mjs';
import { run } from './process.mjs';
import { SetupStop } from './report.mjs';

/**
 * AWS CLI v2: Debian's own comes before what version managers put on the PATH, and v1, which has neither `logs tail` nor
 * sends every request alike, counts for none.
 */
async function awsCli() {
  for (const path of ['/usr/bin/aws', onPath('aws')]) {
    if (path === undefined || !existsSync(path)) continue;
    const { code, output } = await run(path, ['--version'], { timeoutMs: 30_000 });
    if (code === 0 && isAwsCliV2(output)) return path;
  }
  return undefined;
}

/**
 * Whether this is what AWS CLI v2 prints as its version: `aws-cli/2.9.19 Python/3.11.2 …`.
 * @param {string} printed
 */
export const isAwsCliV2 = (printed) => /^aws-cli\/2\./m.test(printed);

/**
 * The programs that end-to-end tests run as unmodified clients, as the variables through which tests find them.
 * @returns {Promise<{ ECSIDECAR_TEST_AWS?: string, ECSIDECAR_TEST_PYTHON?: string, ECSIDECAR_TEST_CHROMIUM?: string }>}
 */
async function findClients() {
  const aws = await awsCli();
  const python = await pythonWithBoto3();
  const chromium = ['/usr/bin/chromium', onPath('chromium'), onPath('google-chrome')].find(
    (path) => path !== undefined && existsSync(path),
  );
  return {
    ...(aws !== undefined && { ECSIDECAR_TEST_AWS: aws }),
    ...(python !== undefined && { ECSIDECAR_TEST_PYTHON: python }),
    ...(chromium !== undefined && { ECSIDECAR_TEST_CHROMIUM: chromium }),
  };
}

/**
 * Makes sure of AWS CLI v2, of a Python that has boto3 and of Chromium.
 * @param {import('./next-step.mjs').Facts} facts
 * @param {import('./report.mjs').Report} report
 */
export async function ensureClients(facts, report) {
  let clients = await findClients();
  const missing = [
    ...(clients.ECSIDECAR_TEST_AWS ? [] : ['awscli']),
    ...(clients.ECSIDECAR_TEST_PYTHON ? [] : ['python3-boto3']),
    ...(clients.ECSIDECAR_TEST_CHROMIUM ? [] : ['chromium']),
  ];
  if (missing.length > 0) {
    if (!facts.isRoot || !facts.hasApt || !facts.distribution.includes('debian'))
      throw missingClients(clients);
    await aptInstall(missing, report);
    clients = await findClients();
    const {
      ECSIDECAR_TEST_AWS: aws,
      ECSIDECAR_TEST_PYTHON: python,
      ECSIDECAR_TEST_CHROMIUM: chromium,
    } = clients;
    if (!aws || !python || !chromium) throw missingClients(clients);
  }
  report.done(
    `test clients ${clients.ECSIDECAR_TEST_AWS}, ${clients.ECSIDECAR_TEST_PYTHON} with boto3, ${clients.ECSIDECAR_TEST_CHROMIUM}`,
  );
  return clients;
}

/** @param {Awaited<ReturnType<typeof findClients>>} clients */
function missingClients({ ECSIDECAR_TEST_AWS, ECSIDECAR_TEST_PYTHON, ECSIDECAR_TEST_CHROMIUM }) {
  const lines = [
    ...(ECSIDECAR_TEST_AWS
      ? []
      : ['AWS CLI v2: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html']),
    ...(ECSIDECAR_TEST_PYTHON ? [] : ['boto3: python3 -m pip install --user boto3']),
    ...(ECSIDECAR_TEST_CHROMIUM
      ? []
      : ['Chromium: https://www.chromium.org/getting-involved/download-chromium/']),
  ];
  return new SetupStop(
    `The end-to-end tests need clients that were not found. Install:\n${lines.map((line) => `  ${line}\n`).join('')}` +
      'Then run this command again. (npm test -- test/unit/… needs none of them.)',
  );
}

async function pythonWithBoto3() {
  if (existsSync('/usr/bin/python3') && existsSync('/usr/lib/python3/dist-packages/boto3'))
    return '/usr/bin/python3';
  for (const path of ['/usr/bin/python3', onPath('python3')]) {
    if (path === undefined || !existsSync(path)) continue;
    if ((await run(path, ['-c', 'import boto3'], { timeoutMs: 30_000 })).code === 0) return path;
  }
  return undefined;
}
