import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { serviceAddress } from '../../shared/addresses.ts';
import { fieldsOf, SelectField, TextField, type Choice } from '../../shared/fields.tsx';
import { Page } from '../../shared/page.tsx';
import { ResourceForm, Section } from '../../shared/resource-form.tsx';
import { ComputeFields, NetworkFields } from '../launch/compute-fields.tsx';
import { useDefinition } from '../launch/queries.ts';
import { ClusterField, DefinitionField } from '../launch/what-fields.tsx';
import { DeploymentFields } from './deployment-fields.tsx';
import { createInput, EMPTY, type CreateDraft } from './draft.ts';
import { SettingsSections } from './settings-fields.tsx';

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
  const field = fieldsOf({ draft, set });
  const isAwsvpc = useDefinition(draft.taskDefinition).data?.networkMode === 'awsvpc';
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
          <TextField
            label="Service name"
            description="Letters, digits, hyphens and underscores."
            autoFocus
            {...field('name')}
          />
          <ClusterField draft={draft} set={set} />
          <DefinitionField {...field('taskDefinition')} />
          <SelectField label="Scheduling strategy" choices={SCHEDULINGS} {...field('schedulingStrategy')} />
          {draft.schedulingStrategy === 'REPLICA' && (
            <TextField label="Desired number of tasks" isNumber {...field('desiredCount')} />
          )}
        </Section>
        <Section title="Compute">
          <ComputeFields draft={draft} set={set} cluster={draft.cluster} />
        </Section>
        {isAwsvpc && (
          <Section title="Network">
            <NetworkFields draft={draft} set={set} />
          </Section>
        )}
        <Section title="Deployments">
          <DeploymentFields draft={draft} set={set} />
        </Section>
        <SettingsSections draft={draft} set={set} />
      </ResourceForm>
    </Page>
  );
}

const SCHEDULINGS: readonly Choice<CreateDraft['schedulingStrategy']>[] = [
  { value: 'REPLICA', label: 'Replica: as many tasks as desired' },
  { value: 'DAEMON', label: 'Daemon: one task on each container instance' },
];
