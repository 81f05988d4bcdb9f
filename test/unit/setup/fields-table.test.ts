import { existsSync, readFileSync } from 'node:fs';
import {
  ContainerDefinition$,
  LinuxParameters$,
  LogConfiguration$,
  PortMapping$,
  TaskDefinition$,
  Volume$,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import type { Field } from '../../../src/executors/compose/fields.ts';
import { FIELDS_BY_TYPE, fieldsTable } from '../../../src/setup/fields-table.ts';

/** AWS's own members of each type: the fifth part of the SDK's schema of a structure. */
const MEMBERS = {
  TaskDefinition: TaskDefinition$[4],
  ContainerDefinition: ContainerDefinition$[4],
  PortMapping: PortMapping$[4],
  LinuxParameters: LinuxParameters$[4],
  LogConfiguration: LogConfiguration$[4],
  Volume: Volume$[4],
} as const satisfies Record<keyof typeof FIELDS_BY_TYPE, readonly string[]>;

for (const [type, { fields }] of Object.entries(FIELDS_BY_TYPE)) {
  const members = MEMBERS[type as keyof typeof MEMBERS];
  t.test(`every member of AWS's ${type} has its row, and nothing else has`, (t) => {
    t.ok(members.length > 2);
    t.strictSame(Object.keys(fields).sort(), members.toSorted());
    t.end();
  });
  for (const [name, field] of Object.entries<Field>(fields)) {
    if ('notYet' in field) continue;
    t.test(`the test that shows ${type}.${name} is there and speaks of it`, (t) => {
      const file = new URL(`../../${field.test}`, import.meta.url);
      if (!existsSync(file)) t.fail(`${field.test} does not exist`);
      else t.match(readFileSync(file, 'utf8'), new RegExp(`\\b${name}\\b`), field.test);
      t.end();
    });
  }
}

t.test('the table has a row for each field, in columns that no text breaks', (t) => {
  const rows = fieldsTable()
    .split('\n')
    .filter((line) => line.startsWith('| `') && !line.endsWith('shown by |'));
  const fields = Object.values(FIELDS_BY_TYPE).flatMap((one) => Object.keys(one.fields));
  t.strictSame(
    rows.map((row) => /^\| `(\w+)` /.exec(row)?.[1]),
    fields,
  );
  for (const row of rows) t.equal(row.split('|').length, 5, row);
  t.end();
});
