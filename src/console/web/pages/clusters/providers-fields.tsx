import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { StrategyEditor, type StrategyItem } from '../../shared/strategy-editor.tsx';
import { useCapacityProviders } from './queries.ts';

const optionOf = (name: string) => ({ value: name, label: name });

/** A cluster's capacity providers, and the strategy for tasks and services that name none. */
export function ProvidersFields({
  providers,
  strategy,
  onChange,
}: {
  readonly providers: readonly string[];
  readonly strategy: readonly StrategyItem[];
  readonly onChange: (providers: readonly string[], strategy: readonly StrategyItem[]) => void;
}) {
  const { data: known, error, isPending } = useCapacityProviders();
  const names = new Set([...(known ?? []).flatMap(({ name }) => name ?? []), ...providers]);
  return (
    <SpaceBetween size="m">
      <FormField label="Capacity providers" errorText={error?.message}>
        <Multiselect
          options={[...names].map(optionOf)}
          selectedOptions={providers.map(optionOf)}
          statusType={isPending ? 'loading' : 'finished'}
          placeholder="None"
          deselectAriaLabel={({ label }) => `Remove ${label ?? ''}`}
          onChange={({ detail }) => {
            const chosen = detail.selectedOptions.flatMap(({ value }) => value ?? []);
            onChange(
              chosen,
              strategy.filter(({ capacityProvider = '' }) => chosen.includes(capacityProvider)),
            );
          }}
        />
      </FormField>
      <FormField
        stretch
        label="Default strategy"
        description="For tasks and services that name neither a launch type nor a strategy."
      >
        <StrategyEditor
          providers={providers}
          strategy={strategy}
          empty="No default strategy"
          onChange={(changed) => {
            onChange(providers, changed);
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}
