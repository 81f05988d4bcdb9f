import {
  CONTAINER_FIELDS,
  LINUX_FIELDS,
  LOG_FIELDS,
  PORT_FIELDS,
  TASK_FIELDS,
  VOLUME_FIELDS,
  type Field,
} from '../executors/compose/fields.ts';

/** The members of a task definition by the type that has them, in the README's order. */
export const FIELDS_BY_TYPE = {
  TaskDefinition: { title: 'Task definition', fields: TASK_FIELDS },
  ContainerDefinition: { title: 'Container', fields: CONTAINER_FIELDS },
  PortMapping: { title: '`portMappings`', fields: PORT_FIELDS },
  LinuxParameters: { title: '`linuxParameters`', fields: LINUX_FIELDS },
  LogConfiguration: { title: '`logConfiguration`', fields: LOG_FIELDS },
  Volume: { title: 'Volume', fields: VOLUME_FIELDS },
} as const satisfies Record<string, { title: string; fields: Readonly<Record<string, Field>> }>;

/** Every field of a task definition: what it becomes, and the test that shows it. Markdown. */
export function fieldsTable(): string {
  const all = Object.values(FIELDS_BY_TYPE).flatMap(({ fields }) => Object.values<Field>(fields));
  const count = (kind: string): number => all.filter((field) => kind in field).length;
  const summary = [
    [count('becomes'), 'take effect'],
    [count('stored'), 'stored without a meaning on one machine'],
    [count('refused'), 'refused, as by AWS'],
    [count('notYet'), 'not built yet'],
  ].flatMap(([number = 0, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  return [
    `${all.length} fields: ${summary.join(', ')}.`,
    '',
    '<details>',
    '<summary>Every field of a task definition, what it becomes, and the test that shows it</summary>',
    '',
    ...Object.values(FIELDS_BY_TYPE).flatMap(({ title, fields }) => [
      `| ${title} | becomes | shown by |`,
      '|---|---|---|',
      ...Object.entries<Field>(fields).map(([name, field]) => `| \`${name}\` | ${rowOf(field)} |`),
      '',
    ]),
    '</details>',
  ].join('\n');
}

function rowOf(field: Field): string {
  if ('notYet' in field) return `**not built yet** | –`;
  const test = `[${field.test.replace(/\.test\.ts$/, '')}](test/${field.test})`;
  if ('becomes' in field) return `${field.becomes} | ${test}`;
  return 'stored' in field ? `stored: ${field.stored} | ${test}` : `refused: ${field.refused} | ${test}`;
}
