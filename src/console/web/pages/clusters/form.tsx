import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { ResourceForm, Section } from '../../shared/resource-form.tsx';
import type { StrategyItem } from '../../shared/strategy-editor.tsx';
import type { Tag } from '../../shared/tag-changes.ts';
import { TagsEditor } from '../../shared/tags.tsx';
import { ProvidersFields } from './providers-fields.tsx';

/** What a person chooses of a cluster. */
export type Draft = {
  readonly name: string;
  /** Empty: the account's own setting. */
  readonly containerInsights: string;
  readonly capacityProviders: readonly string[];
  readonly strategy: readonly StrategyItem[];
  /** Namespace of Service Connect; empty for none. */
  readonly namespace: string;
  readonly tags: readonly Tag[];
};

export const EMPTY: Draft = {
  name: '',
  containerInsights: '',
  capacityProviders: [],
  strategy: [],
  namespace: '',
  tags: [],
};

/** The fields that making and editing a cluster have in common. `isNew`: the name can be chosen. */
export function ClusterForm({
  draft,
  onChange,
  isNew,
  submitText,
  isBusy,
  error,
  onSubmit,
  cancelTo,
}: {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly isNew: boolean;
  readonly submitText: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSubmit: () => void;
  /** Address of the page to go back to. */
  readonly cancelTo: string;
}) {
  const set = (change: Partial<Draft>): void => {
    onChange({ ...draft, ...change });
  };
  return (
    <ResourceForm
      submitText={submitText}
      isBusy={isBusy}
      error={error}
      onSubmit={onSubmit}
      cancelTo={cancelTo}
    >
      <Section title="Cluster">
        {isNew && (
          <FormField
            label="Cluster name"
            description="Letters, digits, hyphens and underscores; without a name it is called default."
          >
            <Input
              value={draft.name}
              autoFocus
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => {
                set({ name: detail.value });
              }}
            />
          </FormField>
        )}
        <FormField
          label="Service Connect namespace"
          description="The namespace of services that use Service Connect and name none themselves."
        >
          <Input
            value={draft.namespace}
            autoComplete={false}
            onChange={({ detail }) => {
              set({ namespace: detail.value });
            }}
          />
        </FormField>
      </Section>
      <Section title="Settings">
        <FormField label="Container Insights">
          <Select
            options={INSIGHTS}
            selectedOption={INSIGHTS.find(({ value }) => value === draft.containerInsights) ?? INSIGHTS[0]}
            onChange={({ detail }) => {
              set({ containerInsights: detail.selectedOption.value ?? '' });
            }}
          />
        </FormField>
      </Section>
      <Section title="Capacity providers">
        <ProvidersFields
          providers={draft.capacityProviders}
          strategy={draft.strategy}
          onChange={(capacityProviders, strategy) => {
            set({ capacityProviders, strategy });
          }}
        />
      </Section>
      <Section title="Tags">
        <TagsEditor
          tags={draft.tags}
          onChange={(tags) => {
            set({ tags });
          }}
        />
      </Section>
    </ResourceForm>
  );
}

/** Source: ECS API reference, ClusterSetting. */
const INSIGHTS = [
  { value: '', label: "The account's setting" },
  { value: 'enabled', label: 'enabled' },
  { value: 'enhanced', label: 'enhanced' },
  { value: 'disabled', label: 'disabled' },
] as const;
