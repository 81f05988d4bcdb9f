import { readFileSync } from 'node:fs';
import t from 'tap';
import { coverageTable, withCoverageTable } from '../../../src/setup/coverage-table.ts';

t.test('every action has its row, under what is built or what is not', async (t) => {
  t.equal(
    coverageTable(['RunTask', 'ListTasks'], ['ExecuteCommand', 'CreateService', 'Invented']),
    `2 of 5 actions are built.

| | built | not built yet |
|---|---|---|
| Services | – | CreateService |
| Tasks | ListTasks, RunTask | ExecuteCommand |
| Other | – | Invented |`,
  );
});

t.test("the README's table is what the registry says (else: npm run coverage)", async (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  t.equal(await withCoverageTable(readme), readme);
});

t.test('a README without a place for the table is an error', async (t) => {
  await t.rejects(withCoverageTable('# ecsidecar\n'), /coverage:start/);
});
