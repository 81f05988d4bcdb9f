import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';

type FieldProps<T> = {
  readonly label: string;
  readonly description?: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
};

/** What a form's fields are given: what is typed, and how to change members of it. */
export type FieldsProps<D> = {
  readonly draft: D;
  readonly set: (change: Partial<D>) => void;
};

/** The value of a member of the draft and what changes it, for a field. */
export const fieldsOf =
  <D,>({ draft, set }: FieldsProps<D>) =>
  <K extends keyof D>(member: K): Pick<FieldProps<D[K]>, 'onChange' | 'value'> => ({
    value: draft[member],
    onChange: (value) => {
      // The compiler widens a computed key.
      set({ [member]: value } as unknown as Partial<D>);
    },
  });

export function TextField({
  label,
  description,
  value,
  isNumber = false,
  placeholder,
  autoFocus = false,
  onChange,
}: FieldProps<string> & {
  readonly isNumber?: boolean;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
}) {
  return (
    <FormField label={label} description={description}>
      <Input
        value={value}
        placeholder={placeholder ?? ''}
        autoFocus={autoFocus}
        autoComplete={false}
        spellcheck={false}
        {...(isNumber && { type: 'number', inputMode: 'numeric' })}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}

export function TextAreaField({ label, description, value, onChange }: FieldProps<string>) {
  return (
    <FormField label={label} description={description}>
      <Textarea
        rows={2}
        value={value}
        spellcheck={false}
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}

export type Choice<T extends string> = { readonly value: T; readonly label: string };

/** A choice that is called what it is. */
export const choiceOf = <T extends string>(value: T): Choice<T> => ({ value, label: value });

export function SelectField<T extends string>({
  label,
  description,
  value,
  choices,
  errorText,
  onChange,
}: FieldProps<T> & { readonly choices: readonly Choice<T>[]; readonly errorText?: string | undefined }) {
  return (
    <FormField label={label} description={description} errorText={errorText}>
      <Select
        options={choices}
        selectedOption={choices.find((choice) => choice.value === value) ?? null}
        onChange={({ detail }) => {
          const chosen = choices.find((choice) => choice.value === detail.selectedOption.value);
          if (chosen) onChange(chosen.value);
        }}
      />
    </FormField>
  );
}

export function CheckField({ label, description, value, onChange }: FieldProps<boolean>) {
  return (
    <Checkbox
      checked={value}
      description={description}
      onChange={({ detail }) => {
        onChange(detail.checked);
      }}
    >
      {label}
    </Checkbox>
  );
}
