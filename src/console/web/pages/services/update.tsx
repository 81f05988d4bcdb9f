import Checkbox from '@cloudscape-design/components/checkbox';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { serviceAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { Answered } from '../../shared/states.tsx';
import { tagChanges } from '../../shared/tag-changes.ts';
import { TagsEditor } from '../../shared/tags.tsx';
import { changesOf, draftOf, type UpdateDraft } from './draft.ts';
import { BreakerFields, CountField, DefinitionField } from './fields.tsx';
import { useService, type Service } from './queries.ts';
import { ResourceForm, Section } from '../../shared/resource-form.tsx';

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
  const address = serviceAddress(service.serviceArn ?? '');
  const save = useWork(
    async (aws, wanted: UpdateDraft) => {
      const changes = changesOf(before, wanted);
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
        {service.schedulingStrategy !== 'DAEMON' && <CountField draft={draft} set={set} />}
        {!isExternal && <DefinitionField draft={draft} set={set} />}
      </Section>
      {!isExternal && (
        <Section title="Deployments">
          <Checkbox
            checked={draft.forces}
            description="New tasks take the place of those that run, also when nothing else changes."
            onChange={({ detail }) => {
              set({ forces: detail.checked });
            }}
          >
            Force new deployment
          </Checkbox>
          <BreakerFields draft={draft} set={set} />
        </Section>
      )}
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
