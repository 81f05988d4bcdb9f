import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  CheckField,
  fieldsOf,
  SelectField,
  TextField,
  type Choice,
  type FieldsProps,
} from '../../shared/fields.tsx';
import { StrategyEditor } from '../../shared/strategy-editor.tsx';
import { useClusters } from '../clusters/queries.ts';
import type { Compute, LaunchDraft } from './draft.ts';

/** A launch type, or a strategy of the capacity providers of this cluster (a name). */
export function ComputeFields({
  draft,
  set,
  cluster,
  choices = COMPUTES,
}: FieldsProps<LaunchDraft> & { readonly cluster: string; readonly choices?: readonly Choice<Compute>[] }) {
  const { data: clusters } = useClusters();
  const providers = clusters?.find(({ clusterName }) => clusterName === cluster)?.capacityProviders;
  const field = fieldsOf({ draft, set });
  return (
    <SpaceBetween size="m">
      <SelectField label="Launch type" choices={choices} {...field('compute')} />
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
            onChange={field('strategy').onChange}
          />
        </FormField>
      )}
      {(draft.compute === 'FARGATE' || draft.platformVersion !== '') && (
        <TextField label="Platform version" placeholder="LATEST" {...field('platformVersion')} />
      )}
    </SpaceBetween>
  );
}

export const COMPUTES: readonly Choice<Compute>[] = [
  { value: '', label: "The cluster's default" },
  { value: 'EC2', label: 'EC2' },
  { value: 'FARGATE', label: 'FARGATE' },
  { value: 'EXTERNAL', label: 'EXTERNAL' },
  { value: 'strategy', label: 'Capacity provider strategy' },
];

/** Of tasks in awsvpc mode. */
export function NetworkFields({ draft, set }: FieldsProps<LaunchDraft>) {
  const field = fieldsOf({ draft, set });
  return (
    <SpaceBetween size="m">
      <TextField
        label="Subnets"
        description="Ids, separated by commas. They choose no network here."
        placeholder="subnet-0123456789abcdef0"
        {...field('subnets')}
      />
      <TextField
        label="Security groups"
        description="Ids, separated by commas; optional."
        placeholder="sg-0123456789abcdef0"
        {...field('securityGroups')}
      />
      <CheckField label="Assign a public IP address" {...field('assignsPublicIp')} />
    </SpaceBetween>
  );
}
