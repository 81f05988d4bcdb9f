import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectNode, withLocalPrograms } from './dependencies.mjs';
import { readText } from './facts.mjs';
import { run, runInteractively } from './process.mjs';
import { SetupStop, createReport } from './report.mjs';

const CONFIG = 'src/console/vite.config.ts';
const VITE = 'node_modules/vite/bin/vite.js';
/** Lies with the build and names the sources that it was made of: who deletes the one deletes the other. */
const STAMP = 'dist/console/web/.made-of';

/**
 * Builds the Resource Browser where it is missing or older than its sources.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 */
export async function ensurePage(root, report) {
  const sources = hashOfSources(root);
  if (readText(join(root, STAMP)) === sources && existsSync(join(root, 'dist/console/web/index.html'))) {
    report.done('the Resource Browser is built');
    return;
  }
  await report.step('building the Resource Browser', async () => {
    const args = [VITE, 'build', '--config', CONFIG, '--logLevel', 'warn'];
    const { code, output } = await run(projectNode(root), args, { cwd: root, env: withLocalPrograms(root) });
    if (code !== 0) throw new SetupStop(`${output.trim()}\nThe Resource Browser could not be built (above).`);
    writeFileSync(join(root, STAMP), sources);
  });
}

/**
 * Serves the page with hot module reload; the API behind it is that of a running sidecar.
 * @param {string} root
 * @param {string[]} args
 */
export function servePage(root, args) {
  const sidecar = process.env['ECSIDECAR_URL'] ?? 'http://localhost:4566';
  process.stdout.write(
    `The Resource Browser with hot module reload; its API is the sidecar at ${sidecar} (another: ECSIDECAR_URL=http://…).\n`,
  );
  return runInteractively(projectNode(root), [VITE, '--config', CONFIG, ...args], {
    cwd: root,
    env: withLocalPrograms(root),
  });
}

/**
 * Changes when anything does that the build is made of. Contents are compared rather than times: a checkout touches files
 * without changing them.
 * @param {string} root
 */
export function hashOfSources(root) {
  const hash = createHash('sha256');
  const folder = 'src/console/web';
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [join(root, CONFIG), join(root, 'package-lock.json'), ...files]) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensurePage(fileURLToPath(new URL('../..', import.meta.url)), createReport());
}
