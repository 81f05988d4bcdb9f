import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import type { Wire } from '../aws/call.ts';
import { choiceOf } from './fields.tsx';
import { RowsEditor } from './rows-editor.tsx';

export type StrategyItem = Wire<CapacityProviderStrategyItem>;

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
  const isUsed = (name: string): boolean => strategy.some((item) => item.capacityProvider === name);
  return (
    <RowsEditor
      name="provider"
      rows={strategy}
      parts={[
        {
          label: 'Capacity provider',
          valueOf: ({ capacityProvider }) => capacityProvider ?? '',
          put: (item, capacityProvider) => ({ ...item, capacityProvider }),
          choices: ({ capacityProvider }) =>
            providers.filter((name) => name === capacityProvider || !isUsed(name)).map(choiceOf),
        },
        numberPart('Base', 'base'),
        numberPart('Weight', 'weight'),
      ]}
      added={{ capacityProvider: providers.find((name) => !isUsed(name)) ?? '', base: 0, weight: 1 }}
      nameOf={({ capacityProvider }) => capacityProvider ?? ''}
      empty={empty}
      max={providers.length}
      onChange={onChange}
    />
  );
}

const numberPart = (label: string, member: 'base' | 'weight') => ({
  label,
  isNumber: true,
  valueOf: (item: StrategyItem) => String(item[member] ?? 0),
  put: (item: StrategyItem, text: string): StrategyItem => ({ ...item, [member]: Number(text) }),
});
