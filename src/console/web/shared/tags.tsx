import { ResourceTable, type Column } from './resource-table.tsx';
import { RowsEditor, type RowPart } from './rows-editor.tsx';
import type { Tag } from './tag-changes.ts';

/** ECS takes no more of a resource. Source: ECS developer guide, tag restrictions. */
const MAX_TAGS = 50;

/** The rows of tags in a form; AWS's rules for keys and values are AWS's to tell. */
export function TagsEditor({
  tags,
  onChange,
}: {
  readonly tags: readonly Tag[];
  readonly onChange: (tags: readonly Tag[]) => void;
}) {
  return (
    <RowsEditor
      name="tag"
      rows={tags}
      parts={TAG_PARTS}
      added={{ key: '', value: '' }}
      nameOf={({ key }) => key ?? ''}
      empty="No tags"
      max={MAX_TAGS}
      onChange={onChange}
    />
  );
}

const TAG_PARTS: readonly RowPart<Tag>[] = [
  { label: 'Key', valueOf: ({ key }) => key ?? '', put: (tag, key) => ({ ...tag, key }) },
  { label: 'Value', valueOf: ({ value }) => value ?? '', put: (tag, value) => ({ ...tag, value }) },
];

/** The tags of a resource, to read. */
export function TagsTable({ tags }: { readonly tags: readonly Tag[] }) {
  return (
    <ResourceTable
      name="tag"
      items={tags}
      columns={TAG_COLUMNS}
      idOf={({ key }) => key ?? ''}
      filterName="tag"
    />
  );
}

const TAG_COLUMNS: readonly Column<Tag>[] = [
  { id: 'key', header: 'Key', value: ({ key }) => key, isRowHeader: true },
  { id: 'value', header: 'Value', value: ({ value }) => value },
];
