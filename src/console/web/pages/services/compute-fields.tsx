import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { StrategyEditor } from '../../shared/strategy-editor.tsx';
import { useClusters } from '../clusters/queries.ts';
import type { Compute, CreateDraft } from './draft.ts';
import type { FieldsProps } from './fields.tsx';

/** A launch type, or a strategy of the cluster's capacity providers. */
export function ComputeFields({ draft, set }: FieldsProps<CreateDraft>) {
  const { data: clusters } = useClusters();
  const providers = clusters?.find(({ clusterName }) => clusterName === draft.cluster)?.capacityProviders;
  return (
    <SpaceBetween size="m">
      <FormField label="Launch type">
        <Select
          options={COMPUTES}
          selectedOption={COMPUTES.find(({ value }) => value === draft.compute) ?? null}
          onChange={({ detail }) => {
            set({ compute: detail.selectedOption.value as Compute });
          }}
        />
      </FormField>
      {draft.compute === 'strategy' && (
        <FormField
          stretch
          label="Capacity provider strategy"
          description="Of the capacity providers that the cluster has."
        >
          <StrategyEditor
            providers={providers ?? []}
            strategy={draft.strategy}
            empty={providers?.length === 0 ? 'The cluster has no capacity providers.' : 'No providers'}
            onChange={(strategy) => {
              set({ strategy });
            }}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}

const COMPUTES: readonly { readonly value: Compute; readonly label: string }[] = [
  { value: '', label: "The cluster's default" },
  { value: 'EC2', label: 'EC2' },
  { value: 'FARGATE', label: 'FARGATE' },
  { value: 'EXTERNAL', label: 'EXTERNAL' },
  { value: 'strategy', label: 'Capacity provider strategy' },
];

/** Of tasks in awsvpc mode. */
export function NetworkFields({ draft, set }: FieldsProps<CreateDraft>) {
  return (
    <SpaceBetween size="m">
      <FormField label="Subnets" description="Ids, separated by commas. They choose no network here.">
        <Input
          value={draft.subnets}
          placeholder="subnet-0123456789abcdef0"
          spellcheck={false}
          onChange={({ detail }) => {
            set({ subnets: detail.value });
          }}
        />
      </FormField>
      <FormField label="Security groups" description="Ids, separated by commas; optional.">
        <Input
          value={draft.securityGroups}
          placeholder="sg-0123456789abcdef0"
          spellcheck={false}
          onChange={({ detail }) => {
            set({ securityGroups: detail.value });
          }}
        />
      </FormField>
      <Checkbox
        checked={draft.assignsPublicIp}
        onChange={({ detail }) => {
          set({ assignsPublicIp: detail.checked });
        }}
      >
        Assign a public IP address
      </Checkbox>
    </SpaceBetween>
  );
}
