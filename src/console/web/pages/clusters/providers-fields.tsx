import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCapacityProviders, type StrategyItem } from './queries.ts';

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
  const replace = (at: number, change: Partial<StrategyItem>): void => {
    onChange(
      providers,
      strategy.map((item, index) => (index === at ? { ...item, ...change } : item)),
    );
  };
  const numberField = (item: StrategyItem, at: number, member: 'base' | 'weight') => (
    <Input
      type="number"
      inputMode="numeric"
      value={String(item[member] ?? 0)}
      onChange={({ detail }) => {
        replace(at, { [member]: Number(detail.value) });
      }}
    />
  );
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
        <AttributeEditor
          items={strategy}
          empty="No default strategy"
          addButtonText="Add provider"
          disableAddButton={strategy.length >= providers.length}
          removeButtonText="Remove"
          removeButtonAriaLabel={({ capacityProvider }) =>
            `Remove ${capacityProvider ?? ''} from the strategy`
          }
          onAddButtonClick={() => {
            const used = new Set(strategy.map(({ capacityProvider }) => capacityProvider));
            const capacityProvider = providers.find((name) => !used.has(name));
            if (capacityProvider !== undefined)
              onChange(providers, [...strategy, { capacityProvider, base: 0, weight: 1 }]);
          }}
          onRemoveButtonClick={({ detail: { itemIndex } }) => {
            onChange(
              providers,
              strategy.filter((_, index) => index !== itemIndex),
            );
          }}
          definition={[
            {
              label: 'Capacity provider',
              control: (item: StrategyItem, at: number) => (
                <Select
                  options={providers.map(optionOf)}
                  selectedOption={optionOf(item.capacityProvider ?? '')}
                  onChange={({ detail }) => {
                    replace(at, { capacityProvider: detail.selectedOption.value });
                  }}
                />
              ),
            },
            {
              label: 'Base',
              control: (item: StrategyItem, at: number) => numberField(item, at, 'base'),
            },
            {
              label: 'Weight',
              control: (item: StrategyItem, at: number) => numberField(item, at, 'weight'),
            },
          ]}
        />
      </FormField>
    </SpaceBetween>
  );
}
