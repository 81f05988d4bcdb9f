import { nameOf } from './addresses.ts';
import { DefinitionLink } from './definition-link.tsx';
import { RelativeTime } from './relative-time.tsx';
import type { Column } from './resource-table.tsx';
import { Status } from './status.tsx';

/** A column of statuses in ECS's own words, with their signs. */
export const statusColumn = <Item,>(
  id: string,
  header: string,
  value: (item: Item) => string | undefined,
  more: Pick<Column<Item>, 'width'> = {},
): Column<Item> => ({ id, header, value, cell: (item) => <Status status={value(item)} />, ...more });

/** A column of times, in seconds since 1970, which are shown as how long ago they are. */
export const timeColumn = <Item,>(
  id: string,
  header: string,
  value: (item: Item) => number | undefined,
  more: Pick<Column<Item>, 'width'> = {},
): Column<Item> => ({ id, header, value, cell: (item) => <RelativeTime at={value(item)} />, ...more });

/** The column of task definitions, which lead to their pages. */
export const definitionColumn = <Item,>(arnOf: (item: Item) => string | undefined): Column<Item> => ({
  id: 'definition',
  header: 'Task definition',
  value: (item) => nameOf(arnOf(item)),
  cell: (item) => <DefinitionLink arn={arnOf(item)} />,
});
