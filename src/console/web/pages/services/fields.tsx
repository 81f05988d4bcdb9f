import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useActiveDefinitions } from '../tasks/queries.ts';
import type { Draft } from './draft.ts';

export type FieldsProps<D extends Draft> = {
  readonly draft: D;
  readonly set: (change: Partial<D>) => void;
};

export const optionOf = (value: string) => ({ value, label: value });

/** Which task definition, of those that can be run; one that no longer can stays as it is. */
export function DefinitionField({ draft, set }: FieldsProps<Draft>) {
  const { data: definitions, error } = useActiveDefinitions();
  const names = new Set([
    ...(definitions ?? []),
    ...(draft.taskDefinition === '' ? [] : [draft.taskDefinition]),
  ]);
  return (
    <FormField label="Task definition" errorText={error?.message}>
      <Select
        filteringType="auto"
        filteringAriaLabel="Find task definitions"
        placeholder="Choose a revision"
        empty="No active task definition"
        statusType={definitions || error ? 'finished' : 'loading'}
        selectedOption={draft.taskDefinition === '' ? null : optionOf(draft.taskDefinition)}
        options={[...names].map(optionOf)}
        onChange={({ detail }) => {
          set({ taskDefinition: detail.selectedOption.value ?? '' });
        }}
      />
    </FormField>
  );
}

export function CountField({ draft, set }: FieldsProps<Draft>) {
  return (
    <FormField label="Desired number of tasks">
      <Input
        type="number"
        inputMode="numeric"
        value={draft.desiredCount}
        onChange={({ detail }) => {
          set({ desiredCount: detail.value });
        }}
      />
    </FormField>
  );
}

export function BreakerFields({ draft, set }: FieldsProps<Draft>) {
  return (
    <SpaceBetween size="m">
      <Checkbox
        checked={draft.breaks}
        description="A deployment whose tasks fail again and again is given up."
        onChange={({ detail }) => {
          set({ breaks: detail.checked });
        }}
      >
        Deployment circuit breaker
      </Checkbox>
      <Checkbox
        checked={draft.breaks && draft.rollsBack}
        disabled={!draft.breaks}
        description="Then the service goes back to what was complete last."
        onChange={({ detail }) => {
          set({ rollsBack: detail.checked });
        }}
      >
        Rollback on failures
      </Checkbox>
    </SpaceBetween>
  );
}
