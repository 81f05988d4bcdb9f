/**
 * @typedef {{ name: string, command: string, args: string[] }} Check A program of node_modules/.bin or Node itself,
 *   run in the project's folder; exit code 0 is passed.
 */

/**
 * What every change must pass before its tests.
 * @type {readonly Check[]}
 */
export const CHECKS = [
  { name: 'format', command: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: "the page's types", command: 'tsc', args: ['-p', 'src/console/web'] },
  { name: 'lint', command: 'eslint', args: ['--max-warnings=0', '.'] },
  {
    name: 'import rules',
    command: 'depcruise',
    args: [
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err',
      'src',
      'examples',
      'schemas',
      'test',
    ],
  },
  { name: 'dead code', command: 'knip', args: ['--no-progress', '--treat-config-hints-as-errors'] },
];

/**
 * What makes the package in `dist/` and looks at it.
 * @type {readonly Check[]}
 */
export const PACKAGE_CHECKS = [
  { name: 'build', command: 'tsc', args: ['-p', 'tsconfig.build.json'] },
  { name: 'page', command: 'node', args: ['src/setup/page.mjs'] },
  { name: 'publishable', command: 'publint', args: ['--strict'] },
  { name: 'package contents', command: 'node', args: ['src/setup/check-package.mjs'] },
];
