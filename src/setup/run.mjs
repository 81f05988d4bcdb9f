import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKS, PACKAGE_CHECKS } from './checks.mjs';
import {
  areDependenciesInstalled,
  ensureTestRunner,
  installDependencies,
  projectNode,
  withLocalPrograms,
} from './dependencies.mjs';
import { findEngineHost } from './facts.mjs';
import { ensurePage, servePage } from './page.mjs';
import { run, runInteractively } from './process.mjs';
import { SetupStop, createReport, seconds } from './report.mjs';
import { ROOT, engineVariable, exitCodeOf, setup } from './setup.mjs';
import { createTapLines } from './tap-lines.mjs';
import { countTests, sum } from './tap-total.mjs';

/** What npm's scripts do, by name: each gets the arguments after `--` and returns the exit code. */
const COMMANDS = {
  quickstart: async (/** @type {string[]} */ args) => {
    const { node, env } = await setup({ test: false });
    return runOn(node, ['examples/getting-started/run.ts', ...args], env);
  },

  start: (/** @type {string[]} */ args) =>
    runProgram(['src/cli/bin.js', 'start', ...args], () => ensurePage(ROOT, createReport())),
  dev: (/** @type {string[]} */ args) => {
    requireDependencies();
    return servePage(ROOT, args);
  },
  ecsidecar: (/** @type {string[]} */ args) => runProgram(['src/cli/bin.js', ...args]),
  schemas: (/** @type {string[]} */ args) => runProgram(['schemas/generate.ts', ...args]),
  coverage: (/** @type {string[]} */ args) => runProgram(['src/setup/coverage-table.ts', ...args]),

  test: async (/** @type {string[]} */ args) => {
    const { env } = await prepareFor(args);
    return report(await runTests(args, env));
  },

  soak: async () => {
    const { env } = await setup({ test: true });
    const options = ['test/e2e/kill.test.ts', 'test/e2e/kill-services.test.ts', '--timeout=7200'];
    return report(await runTests(options, { ...env, KILLS: process.env['KILLS'] ?? '100' }));
  },

  check: async () => {
    await installDependencies(ROOT, createReport());
    const checks = await runChecks(CHECKS);
    return report(combine(checks, await runTests(testFiles('test/unit'), {})));
  },

  ci: async () => {
    const { env } = await setup({ test: true });
    removeLastBuild();
    // Builds the page again: the tests need it.
    const checks = await runChecks([...CHECKS, ...PACKAGE_CHECKS]);
    return report(combine(checks, await runTests([], env)));
  },

  build: async () => {
    await installDependencies(ROOT, createReport());
    removeLastBuild();
    const { failed } = (await runChecks(PACKAGE_CHECKS)).total;
    return failed === 0 ? 0 : 1;
  },

  bench: async (/** @type {string[]} */ args) => {
    const { node, env } = await setup({ test: true });
    return runOn(node, ['test/bench/run.ts', ...args], env);
  },
};

/** What was deleted in src/ must not live on in the package. */
function removeLastBuild() {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
}

/** @typedef {{ total: import('./tap-total.mjs').Total, exitCode: number }} Outcome */

/**
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
const runOn = (node, args, env) =>
  runInteractively(node, args, { cwd: ROOT, env: { ...withLocalPrograms(ROOT), ...env } });

/**
 * Runs one of the project's own programs, without bringing anything first but what `prepare` does.
 * @param {string[]} args
 * @param {() => Promise<void>} [prepare]
 */
async function runProgram(args, prepare) {
  requireDependencies();
  await prepare?.();
  return runOn(projectNode(ROOT), args, engineVariable(await findEngineHost()));
}

function requireDependencies() {
  if (areDependenciesInstalled(ROOT)) return;
  throw new SetupStop(
    'The npm dependencies are missing or older than package-lock.json. Bring them: npm run setup',
  );
}

/**
 * Unit tests alone need neither an engine nor clients.
 * @param {string[]} args
 */
async function prepareFor(args) {
  const files = args.filter((arg) => !arg.startsWith('-'));
  const isUnitOnly = files.length > 0 && files.every((file) => /^(\.\/)?test\/unit\//.test(file));
  if (!isUnitOnly) return setup({ test: true });
  await installDependencies(ROOT, createReport());
  return { env: {} };
}

/**
 * Runs every check, also when an earlier one failed, and shows what those that failed print.
 * @param {readonly import('./checks.mjs').Check[]} checks
 * @returns {Promise<Outcome>}
 */
async function runChecks(checks) {
  let failed = 0;
  for (const { name, command, args } of checks) {
    const start = performance.now();
    const { code, output } = await run(command, args, { cwd: ROOT, env: withLocalPrograms(ROOT) });
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(start)})\n`);
    if (code === 0) continue;
    failed += 1;
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  return { total: { passed: checks.length - failed, failed, skipped: 0 }, exitCode: failed === 0 ? 0 : 1 };
}

/**
 * Runs tap over these files (options go to tap as they are), or over all unit and end-to-end tests.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
async function runTests(args, env) {
  await ensureTestRunner(ROOT, createReport());
  const hasFiles = args.some((arg) => !arg.startsWith('-'));
  const files = hasFiles ? args : [...args, ...testFiles('test/unit'), ...testFiles('test/e2e')];
  const runTap = (
    /** @type {string[]} */ options,
    /** @type {((line: string) => void) | undefined} */ onLine,
  ) =>
    runInteractively(projectNode(ROOT), ['node_modules/tap/dist/esm/run.mjs', ...options, ...files], {
      cwd: ROOT,
      env: { ...withLocalPrograms(ROOT), ...env },
      ...(onLine && { onLine }),
    });
  if (!process.stdout.isTTY) {
    /** @type {string[]} */
    const failures = [];
    const show = createTapLines((line) => {
      process.stdout.write(`${line}\n`);
      if (!line.startsWith('✓')) failures.push(line);
    });
    /** @type {string[]} */
    const lines = [];
    const exitCode = await runTap(['--reporter=tap'], (line) => {
      lines.push(line);
      show(line);
    });
    // Who reads a log of hundreds of files from its end, or has its end alone, must find what failed there.
    if (failures.length > 0) process.stdout.write(`\nWhat failed, once more:\n${failures.join('\n')}\n`);
    return { total: countTests(lines.join('\n')), exitCode };
  }
  const folder = mkdtempSync(join(tmpdir(), 'ecsidecar-tap-'));
  try {
    const file = join(folder, 'output.tap');
    const exitCode = await runTap(['--reporter=base', `--output-file=${file}`], undefined);
    return { total: countTests(readFileSync(file, 'utf8')), exitCode };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function testFiles(folder) {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return entries
    .filter((entry) => entry.endsWith('.test.ts'))
    .map((entry) => join(folder, entry))
    .sort();
}

/**
 * @param {Outcome} a
 * @param {Outcome} b
 * @returns {Outcome}
 */
const combine = (a, b) => ({ total: sum(a.total, b.total), exitCode: Math.max(a.exitCode, b.exitCode) });

/**
 * Prints the total as the last line.
 * @param {Outcome} outcome
 */
function report({ total: { passed, failed, skipped }, exitCode }) {
  // A runner that failed though no test did (too few tests, a crash of its own) is a failure too.
  const shown = failed === 0 && exitCode !== 0 ? 1 : failed;
  if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
  process.stdout.write(`${passed} passed, ${shown} failed\n`);
  return shown === 0 ? exitCode : exitCode || 1;
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
if (command === undefined) {
  process.stderr.write(`run.mjs: "${name}" is none of ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exitCode = 1;
} else {
  process.exitCode = await exitCodeOf(() => command(args));
}
