import { useCollection } from '@cloudscape-design/collection-hooks';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { plural } from './plural.ts';
import { Empty, Failure } from './states.tsx';

const PAGE_SIZE = 25;

export type Column<Item> = {
  readonly id: string;
  readonly header: string;
  /** What the column sorts and filters by, and shows unless there is `cell`. */
  readonly value: (item: Item) => string | number | undefined;
  readonly cell?: (item: Item) => ReactNode;
  readonly isRowHeader?: boolean;
  readonly width?: number;
};

/** A query's answer, or what was made of it. */
type ListQuery<Item> = Pick<UseQueryResult<readonly Item[]>, 'data' | 'error'> & {
  readonly refetch: () => Promise<unknown>;
};

/**
 * The list of a kind of things: filter (kept in the address as `?filter=`, or `filterName`), sorting, pages, selection,
 * and its empty, loading and error states.
 */
export function ResourceTable<Item>({
  name,
  query,
  items: given,
  columns,
  idOf,
  selected,
  onSelect,
  selection = 'multi',
  actions,
  empty,
  title,
  filterName = 'filter',
  sortedBy,
  descending = false,
  wrapLines = false,
}: {
  /** e.g. `cluster`. */
  readonly name: string;
  /** Where the items come from; or they are there: `items`. */
  readonly query?: ListQuery<Item>;
  readonly items?: readonly Item[];
  readonly columns: readonly Column<Item>[];
  /** The same over refetches: what is selected is known by it. */
  readonly idOf: (item: Item) => string;
  readonly selected?: readonly Item[];
  readonly onSelect?: (items: readonly Item[]) => void;
  readonly selection?: 'single' | 'multi';
  readonly actions?: ReactNode;
  /** What is said when there is none. */
  readonly empty?: ReactNode;
  /** A heading of its own, for a table that is not the whole page. */
  readonly title?: string;
  readonly filterName?: string;
  /** The id of the column that sorts at first; else the first. */
  readonly sortedBy?: string;
  readonly descending?: boolean;
  /** Long texts go on in a next line rather than out of the page. */
  readonly wrapLines?: boolean;
}) {
  const [search, setSearch] = useSearchParams();
  // The column that sorts is known by its comparator, so that must stay the same one.
  const definitions = useMemo(
    (): TableProps.ColumnDefinition<Item>[] =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        cell: column.cell ?? ((item) => column.value(item) ?? '–'),
        sortingComparator: (a, b) => compare(column.value(a), column.value(b)),
        ...(column.isRowHeader === true && { isRowHeader: true }),
        ...(column.width !== undefined && { width: column.width, minWidth: column.width }),
      })),
    [columns],
  );
  const sortingColumn = definitions.find(({ id }) => id === sortedBy) ?? definitions[0];
  const found = given ?? query?.data;
  const all = found ?? [];
  const {
    items,
    actions: collection,
    collectionProps,
    filterProps,
    paginationProps,
    filteredItemsCount,
  } = useCollection(all, {
    filtering: {
      defaultFilteringText: search.get(filterName) ?? '',
      filteringFunction: (item, text) => matches(columns, item, text),
      empty: <Empty title={`No ${plural(name)}`}>{empty}</Empty>,
      noMatch: <Empty title="No matches">Nothing has this text.</Empty>,
    },
    pagination: { pageSize: PAGE_SIZE },
    sorting: sortingColumn ? { defaultState: { sortingColumn, isDescending: descending } } : {},
  });
  const filter = (text: string): void => {
    collection.setFiltering(text);
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        if (text === '') next.delete(filterName);
        else next.set(filterName, text);
        return next;
      },
      { replace: true },
    );
  };
  if (query?.error && found === undefined)
    return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const chosen = new Set(selected?.map(idOf));
  return (
    <Table
      {...collectionProps}
      items={[...items]}
      columnDefinitions={definitions}
      trackBy={idOf}
      variant="container"
      stickyHeader
      wrapLines={wrapLines}
      loading={found === undefined}
      loadingText={`Loading ${plural(name)}`}
      enableKeyboardNavigation
      ariaLabels={{
        tableLabel: title ?? plural(name),
        selectionGroupLabel: `Selected ${plural(name)}`,
        allItemsSelectionLabel: () => `Select all ${plural(name)}`,
        itemSelectionLabel: (_, item) => `Select ${String(columns[0]?.value(item))}`,
      }}
      {...(onSelect && {
        selectionType: selection,
        selectedItems: all.filter((item) => chosen.has(idOf(item))),
        onSelectionChange: ({ detail }: { detail: TableProps.SelectionChangeDetail<Item> }) => {
          onSelect(detail.selectedItems);
        },
      })}
      header={
        <Header
          variant="h2"
          counter={found && (chosen.size > 0 ? `(${chosen.size}/${all.length})` : `(${all.length})`)}
          actions={actions}
        >
          {title ?? plural(name).replace(/^./, (first) => first.toUpperCase())}
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder={`Find ${plural(name)} (press /)`}
          filteringAriaLabel={`Find ${plural(name)}`}
          countText={`${filteredItemsCount ?? 0} ${filteredItemsCount === 1 ? 'match' : 'matches'}`}
          onChange={({ detail }) => {
            filter(detail.filteringText);
          }}
        />
      }
      pagination={all.length > PAGE_SIZE && <Pagination {...paginationProps} />}
    />
  );
}

function matches<Item>(columns: readonly Column<Item>[], item: Item, text: string): boolean {
  const wanted = text.toLowerCase();
  return columns.some(({ value }) =>
    String(value(item) ?? '')
      .toLowerCase()
      .includes(wanted),
  );
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { numeric: true });
}
