import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { Choice } from './fields.tsx';

/** A part of a row: a text, or one of some choices. */
export type RowPart<Row> = {
  readonly label: string;
  readonly valueOf: (row: Row) => string;
  /** The row with another text in this part. */
  readonly put: (row: Row, text: string) => Row;
  readonly isNumber?: boolean;
  readonly placeholder?: string;
  readonly choices?: (row: Row) => readonly Choice<string>[];
};

/** Any number of rows in a form: rules, load balancers, tags. */
export function RowsEditor<Row>({
  name,
  rows,
  parts,
  added,
  nameOf,
  empty,
  lines,
  max,
  onChange,
}: {
  /** e.g. `tag`. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly parts: readonly RowPart<Row>[];
  /** What a new row has. */
  readonly added: Row;
  /** What a row is called where it is removed. */
  readonly nameOf: (row: Row, at: number) => string;
  readonly empty: string;
  /** The widths of the parts, line by line; else all are in one line. Lines are equally wide. */
  readonly lines?: readonly (readonly number[])[];
  readonly max?: number;
  readonly onChange: (rows: readonly Row[]) => void;
}) {
  const control = (part: RowPart<Row>, row: Row, at: number) => {
    const change = (text: string): void => {
      onChange(rows.map((old, index) => (index === at ? part.put(old, text) : old)));
    };
    const value = part.valueOf(row);
    const choices = part.choices?.(row);
    if (!choices)
      return (
        <Input
          value={value}
          placeholder={part.placeholder ?? ''}
          spellcheck={false}
          {...(part.isNumber === true && { type: 'number', inputMode: 'numeric' })}
          onChange={({ detail }) => {
            change(detail.value);
          }}
        />
      );
    return (
      <Select
        options={choices}
        selectedOption={
          choices.find((choice) => choice.value === value) ?? (value === '' ? null : { value, label: value })
        }
        placeholder={part.placeholder ?? 'Choose'}
        empty="Nothing to choose from"
        expandToViewport
        onChange={({ detail }) => {
          change(detail.selectedOption.value ?? '');
        }}
      />
    );
  };
  return (
    <AttributeEditor
      items={rows}
      empty={empty}
      addButtonText={`Add ${name}`}
      disableAddButton={max !== undefined && rows.length >= max}
      removeButtonText="Remove"
      removeButtonAriaLabel={(row) => `Remove ${name} ${nameOf(row, rows.indexOf(row))}`}
      onAddButtonClick={() => {
        onChange([...rows, added]);
      }}
      onRemoveButtonClick={({ detail: { itemIndex } }) => {
        onChange(rows.filter((_, index) => index !== itemIndex));
      }}
      {...(lines && {
        gridLayout: [{ breakpoint: 's', rows: lines }, { rows: parts.map(() => [1]) }],
      })}
      definition={parts.map((part) => ({
        label: part.label,
        control: (row: Row, at: number) => control(part, row, at),
      }))}
    />
  );
}
