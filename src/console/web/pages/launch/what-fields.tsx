import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { choiceOf, SelectField, type FieldsProps } from '../../shared/fields.tsx';
import { useClusters } from '../clusters/queries.ts';
import type { LaunchDraft } from './draft.ts';
import { useActiveDefinitions } from './queries.ts';

/** Which task definition, of those that can be run; one that no longer can stays as it is. */
export function DefinitionField({
  value,
  onChange,
}: {
  /** `family:revision`; empty while none is chosen. */
  readonly value: string;
  readonly onChange: (definition: string) => void;
}) {
  const { data: definitions, error } = useActiveDefinitions();
  const names = new Set([...(definitions ?? []), ...(value === '' ? [] : [value])]);
  return (
    <FormField label="Task definition" errorText={error?.message}>
      <Select
        filteringType="auto"
        filteringAriaLabel="Find task definitions"
        placeholder="Choose a revision"
        empty="No active task definition"
        statusType={definitions || error ? 'finished' : 'loading'}
        selectedOption={value === '' ? null : choiceOf(value)}
        options={[...names].map(choiceOf)}
        onChange={({ detail }) => {
          onChange(detail.selectedOption.value ?? '');
        }}
      />
    </FormField>
  );
}

export function ClusterField({ draft, set }: FieldsProps<LaunchDraft & { readonly cluster: string }>) {
  const { data: clusters, error } = useClusters();
  const names = new Set([...(clusters ?? []).flatMap(({ clusterName }) => clusterName ?? []), draft.cluster]);
  return (
    <SelectField
      label="Cluster"
      errorText={error?.message}
      choices={[...names].sort().map(choiceOf)}
      value={draft.cluster}
      onChange={(cluster) => {
        // Its capacity providers are its own.
        set({ cluster, strategy: [] });
      }}
    />
  );
}
