import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureClients } from './clients.mjs';
import { installEngine, installPrograms, startEngine } from './debian.mjs';
import { installDependencies } from './dependencies.mjs';
import { gatherFacts } from './facts.mjs';
import { ensureBusybox } from './images.mjs';
import { ensureNodeImage } from './node-image.mjs';
import { nextStep } from './next-step.mjs';
import { ensurePage } from './page.mjs';
import { ensureRegistry } from './registry.mjs';
import { SetupStop, createReport, seconds } from './report.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The image of the examples and tests. */
const IMAGE = 'busybox:latest';

/**
 * Brings everything that running (and with `test`, testing) from a clone needs. What is there is left as it is.
 * Throws SetupStop when only people can go on.
 * @param {{ test: boolean }} options
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to run on and variables for what runs on it
 */
export async function setup({ test }) {
  const start = performance.now();
  const report = createReport();
  const node = await installDependencies(ROOT, report);
  await ensurePage(ROOT, report);
  const { host, facts } = await ensureDocker(report);
  await ensureBusybox(host, IMAGE, facts.hasApt && facts.hasDebianKeys, report);
  const forTests = test ? await prepareTests(host, node, facts, report) : {};
  report.done(`set up in ${seconds(start)}`);
  return { node, env: { ...engineVariable(host), ...forTests } };
}

/**
 * Clients, images and a registry that only tests need, as the variables through which tests find them.
 * @param {string} host
 * @param {string} node
 * @param {import('./next-step.mjs').Facts} facts
 * @param {import('./report.mjs').Report} report
 */
async function prepareTests(host, node, facts, report) {
  const clients = await ensureClients(facts, report);
  const canBuild = facts.isRoot && facts.hasApt && facts.hasDebianKeys;
  const images = await ensureNodeImage(host, node, canBuild, report);
  const registry = await ensureRegistry(ROOT, facts.hasApt && facts.hasDebianKeys, report);
  return {
    ...clients,
    ...registry,
    ...(images.node !== undefined && { ECSIDECAR_TEST_NODE_IMAGE: images.node }),
    ...(images.python !== undefined && { ECSIDECAR_TEST_PYTHON_IMAGE: images.python }),
  };
}

/** @param {import('./report.mjs').Report} report */
async function ensureDocker(report) {
  const taken = new Set();
  for (;;) {
    const facts = await gatherFacts();
    const step = nextStep(facts);
    if (taken.has(step.kind)) {
      throw new SetupStop(
        `"${step.kind}" was done and is needed again; something undoes it. Facts: ${JSON.stringify(facts)}`,
      );
    }
    taken.add(step.kind);
    switch (step.kind) {
      case 'ready':
        report.done(`Docker engine ${step.engine.version} at ${step.engine.host}`);
        report.done(`Docker Compose ${step.compose.version} (${step.compose.path})`);
        return { host: step.engine.host, facts };
      case 'install-engine':
        await installEngine(report);
        break;
      case 'start-engine':
        await startEngine(report);
        break;
      case 'install-programs':
        await installPrograms(step.programs, facts.isRoot, report);
        break;
      case 'stop':
        throw new SetupStop(`${step.problem}\n${step.next}`);
    }
  }
}

/**
 * Hands on an engine that is not at the first place where anybody looks.
 * @param {string | undefined} host
 * @returns {NodeJS.ProcessEnv}
 */
export const engineVariable = (host) =>
  host === undefined || host === 'unix:///var/run/docker.sock' ? {} : { DOCKER_HOST: host };

/**
 * Runs the work; prints what people must know when it cannot go on, and returns the exit code.
 * @param {() => Promise<number>} work
 */
export async function exitCodeOf(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupStop)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    return 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await exitCodeOf(async () => {
    const { values } = parseArgs({ options: { test: { type: 'boolean', default: false } } });
    await setup({ test: values.test });
    return 0;
  });
}
