import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import { ResourceTable, type Column } from './resource-table.tsx';
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
  const replace = (at: number, tag: Tag): void => {
    onChange(tags.map((old, index) => (index === at ? tag : old)));
  };
  return (
    <AttributeEditor
      items={tags}
      empty="No tags"
      addButtonText="Add tag"
      disableAddButton={tags.length >= MAX_TAGS}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ key }) => `Remove tag ${key ?? ''}`}
      onAddButtonClick={() => {
        onChange([...tags, { key: '', value: '' }]);
      }}
      onRemoveButtonClick={({ detail: { itemIndex } }) => {
        onChange(tags.filter((_, index) => index !== itemIndex));
      }}
      definition={[
        {
          label: 'Key',
          control: (tag, at) => (
            <Input
              value={tag.key ?? ''}
              onChange={({ detail }) => {
                replace(at, { ...tag, key: detail.value });
              }}
            />
          ),
        },
        {
          label: 'Value',
          control: (tag, at) => (
            <Input
              value={tag.value ?? ''}
              onChange={({ detail }) => {
                replace(at, { ...tag, value: detail.value });
              }}
            />
          ),
        },
      ]}
    />
  );
}

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
