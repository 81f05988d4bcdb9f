import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { nameOf, serviceAddress } from '../../shared/addresses.ts';
import { CheckField, fieldsOf, TextField } from '../../shared/fields.tsx';
import { Page } from '../../shared/page.tsx';
import { ResourceForm, Section } from '../../shared/resource-form.tsx';
import { Answered } from '../../shared/states.tsx';
import { tagChanges } from '../../shared/tag-changes.ts';
import { ComputeFields, COMPUTES, NetworkFields } from '../launch/compute-fields.tsx';
import { useDefinition } from '../launch/queries.ts';
import { DefinitionField } from '../launch/what-fields.tsx';
import { DeploymentFields } from './deployment-fields.tsx';
import { changesOf, draftOf, type UpdateDraft } from './draft.ts';
import { useService, type Service } from './queries.ts';
import { SettingsSections } from './settings-fields.tsx';

export function Component() {
  const { cluster = '', service: name = '' } = useParams();
  return (
    <Page
      title="Update service"
      crumbs={[
        { text: 'Services', to: '/services' },
        { text: name, to: serviceAddress(`service/${cluster}/${name}`) },
      ]}
    >
      <Answered query={useService(cluster, name)}>{(service) => <UpdateForm service={service} />}</Answered>
    </Page>
  );
}

/** Begins with what the service is when the page is opened: later changes by others do not undo what is typed. */
function UpdateForm({ service }: { readonly service: Service }) {
  const navigate = useNavigate();
  const [before] = useState(() => draftOf(service));
  const [draft, setDraft] = useState(before);
  const set = (change: Partial<UpdateDraft>): void => {
    setDraft((old) => ({ ...old, ...change }));
  };
  const field = fieldsOf({ draft, set });
  const address = serviceAddress(service.serviceArn ?? '');
  const isAwsvpc = useDefinition(draft.taskDefinition).data?.networkMode === 'awsvpc';
  const save = useWork(
    async (aws, wanted: UpdateDraft) => {
      const changes = changesOf(before, wanted, isAwsvpc);
      if (changes)
        await aws.ecs('UpdateService', {
          cluster: service.clusterArn,
          service: service.serviceName,
          ...changes,
        });
      const { put, removed } = tagChanges(before.tags, wanted.tags);
      const resourceArn = service.serviceArn;
      if (put.length > 0) await aws.ecs('TagResource', { resourceArn, tags: put });
      if (removed.length > 0) await aws.ecs('UntagResource', { resourceArn, tagKeys: removed });
    },
    () => `The service ${service.serviceName} was updated.`,
    { showsFailure: false },
  );
  // Task sets have what else a service has.
  const isExternal = service.deploymentController?.type === 'EXTERNAL';
  return (
    <ResourceForm
      submitText="Save changes"
      isBusy={save.isPending}
      error={save.error}
      cancelTo={address}
      onSubmit={() => {
        save.mutate(draft, { onSuccess: () => void navigate(address) });
      }}
    >
      <Section title="Service">
        {draft.schedulingStrategy === 'REPLICA' && (
          <TextField label="Desired number of tasks" isNumber {...field('desiredCount')} />
        )}
        {!isExternal && <DefinitionField {...field('taskDefinition')} />}
        {!isExternal && (
          <CheckField
            label="Force new deployment"
            description="New tasks take the place of those that run, also when nothing else changes."
            {...field('forces')}
          />
        )}
      </Section>
      {!isExternal && (
        <>
          <Section title="Compute">
            <ComputeFields
              draft={draft}
              set={set}
              cluster={nameOf(service.clusterArn)}
              // A service keeps its launch type, or changes to a strategy. Source: ECS API reference, UpdateService.
              choices={COMPUTES.filter(({ value }) => value === 'strategy' || value === before.compute)}
            />
          </Section>
          {isAwsvpc && (
            <Section title="Network">
              <NetworkFields draft={draft} set={set} />
            </Section>
          )}
          <Section title="Deployments">
            <DeploymentFields draft={draft} set={set} />
          </Section>
        </>
      )}
      <SettingsSections draft={draft} set={set} isExternal={isExternal} />
    </ResourceForm>
  );
}
