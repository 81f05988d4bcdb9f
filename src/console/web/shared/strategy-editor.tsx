import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { Wire } from '../aws/call.ts';

export type StrategyItem = Wire<CapacityProviderStrategyItem>;

const optionOf = (name: string) => ({ value: name, label: name });

/** A capacity provider strategy of these providers, each of which is in it once. */
export function StrategyEditor({
  providers,
  strategy,
  empty,
  onChange,
}: {
  readonly providers: readonly string[];
  readonly strategy: readonly StrategyItem[];
  readonly empty: string;
  readonly onChange: (strategy: readonly StrategyItem[]) => void;
}) {
  const replace = (at: number, change: Partial<StrategyItem>): void => {
    onChange(strategy.map((item, index) => (index === at ? { ...item, ...change } : item)));
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
    <AttributeEditor
      items={strategy}
      empty={empty}
      addButtonText="Add provider"
      disableAddButton={strategy.length >= providers.length}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ capacityProvider }) => `Remove ${capacityProvider ?? ''} from the strategy`}
      onAddButtonClick={() => {
        const used = new Set(strategy.map(({ capacityProvider }) => capacityProvider));
        const capacityProvider = providers.find((name) => !used.has(name));
        if (capacityProvider !== undefined) onChange([...strategy, { capacityProvider, base: 0, weight: 1 }]);
      }}
      onRemoveButtonClick={({ detail: { itemIndex } }) => {
        onChange(strategy.filter((_, index) => index !== itemIndex));
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
  );
}
