import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { serviceAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { TagsEditor } from '../../shared/tags.tsx';
import { useClusters } from '../clusters/queries.ts';
import { ComputeFields, NetworkFields } from './compute-fields.tsx';
import { createInput, EMPTY, type CreateDraft } from './draft.ts';
import { BreakerFields, CountField, DefinitionField, optionOf, type FieldsProps } from './fields.tsx';
import { useNetworkMode } from './queries.ts';
import { ResourceForm, Section } from '../../shared/resource-form.tsx';

export function Component() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [draft, setDraft] = useState<CreateDraft>({
    ...EMPTY,
    cluster: search.get('cluster') ?? EMPTY.cluster,
    taskDefinition: search.get('definition') ?? EMPTY.taskDefinition,
  });
  const set = (change: Partial<CreateDraft>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const isAwsvpc = useNetworkMode(draft.taskDefinition).data === 'awsvpc';
  const create = useWork(
    async (aws, chosen: CreateDraft) => {
      const { service } = await aws.ecs('CreateService', createInput(chosen, isAwsvpc));
      return service?.serviceArn ?? '';
    },
    ({ name }) => `The service ${name} was created.`,
    { showsFailure: false },
  );
  return (
    <Page title="Create service" crumbs={[{ text: 'Services', to: '/services' }]}>
      <ResourceForm
        submitText="Create service"
        isBusy={create.isPending}
        error={create.error}
        cancelTo="/services"
        onSubmit={() => {
          create.mutate(draft, { onSuccess: (arn) => void navigate(serviceAddress(arn)) });
        }}
      >
        <Section title="Service">
          <NameField draft={draft} set={set} />
          <ClusterField draft={draft} set={set} />
          <DefinitionField draft={draft} set={set} />
          <CountField draft={draft} set={set} />
        </Section>
        <Section title="Compute">
          <ComputeFields draft={draft} set={set} />
        </Section>
        {isAwsvpc && (
          <Section title="Network">
            <NetworkFields draft={draft} set={set} />
          </Section>
        )}
        <Section title="Deployments">
          <BreakerFields draft={draft} set={set} />
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
    </Page>
  );
}

function NameField({ draft, set }: FieldsProps<CreateDraft>) {
  return (
    <FormField label="Service name" description="Letters, digits, hyphens and underscores.">
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
  );
}

function ClusterField({ draft, set }: FieldsProps<CreateDraft>) {
  const { data: clusters, error } = useClusters();
  const names = new Set([...(clusters ?? []).flatMap(({ clusterName }) => clusterName ?? []), draft.cluster]);
  return (
    <FormField label="Cluster" errorText={error?.message}>
      <Select
        selectedOption={optionOf(draft.cluster)}
        options={[...names].map(optionOf)}
        onChange={({ detail }) => {
          // Its capacity providers are its own.
          set({ cluster: detail.selectedOption.value ?? '', strategy: [] });
        }}
      />
    </FormField>
  );
}
