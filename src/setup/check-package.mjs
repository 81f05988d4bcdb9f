// Looks at what `npm pack` would publish: all that the program needs, nothing else, and it starts.
import { fileURLToPath } from 'node:url';
import { npm } from './dependencies.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { code, output } = await npm(root, [
  'pack',
  '--dry-run',
  '--json',
  '--ignore-scripts',
  '--loglevel=error',
]);
if (code !== 0) throw new Error(`npm pack: ${output}`);
/** @type {{ path: string }[]} */
const files = JSON.parse(output.slice(output.indexOf('[\n')))[0].files;
const paths = files.map(({ path }) => path);

const needed = [
  'dist/cli/bin.js',
  'dist/main.js',
  'dist/console/routes.js',
  'dist/console/web/index.html',
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
const allowed =
  /^(dist\/.+\.js|dist\/console\/web\/.+\.(html|js|css|svg|woff2)(\.(br|gz))?|schemas\/[^/]+\.json|templates\/.+|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
const problems = [
  ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
  ...(paths.some((path) => path.startsWith('schemas/')) ? [] : ['the schemas are missing']),
  ...paths
    .filter((path) => !allowed.test(path) || /^dist\/(setup\/|console\/vite)/.test(path))
    .map((path) => `${path} does not belong`),
];
const version = await run(process.execPath, ['dist/cli/bin.js', '--version'], { cwd: root });
if (version.code !== 0) problems.push(`ecsidecar --version fails: ${version.output.trim()}`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
