import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { clusterAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { Answered } from '../../shared/states.tsx';
import { tagChanges } from '../../shared/tag-changes.ts';
import { ClusterForm, type Draft } from './form.tsx';
import { settingOf, useCluster, type Cluster } from './queries.ts';

export function Component() {
  const { cluster: name = '' } = useParams();
  return (
    <Page
      title="Edit cluster"
      crumbs={[
        { text: 'Clusters', to: '/clusters' },
        { text: name, to: clusterAddress(name) },
      ]}
    >
      <Answered query={useCluster(name)}>{(cluster) => <EditForm cluster={cluster} />}</Answered>
    </Page>
  );
}

/** Begins with what the cluster is when the page is opened: later changes by others do not undo what is typed. */
function EditForm({ cluster }: { readonly cluster: Cluster }) {
  const navigate = useNavigate();
  const [before] = useState(() => draftOf(cluster));
  const [draft, setDraft] = useState(before);
  const name = cluster.clusterName ?? '';
  const address = clusterAddress(name);
  const save = useWork(
    async (aws, wanted: Draft) => {
      if (wanted.containerInsights !== before.containerInsights || wanted.namespace !== before.namespace) {
        await aws.ecs('UpdateCluster', {
          cluster: name,
          ...(wanted.containerInsights !== before.containerInsights && {
            // Without a value it goes back to the account's.
            settings:
              wanted.containerInsights === ''
                ? []
                : [{ name: 'containerInsights', value: wanted.containerInsights }],
          }),
          ...(wanted.namespace !== before.namespace && {
            serviceConnectDefaults: { namespace: wanted.namespace },
          }),
        });
      }
      if (JSON.stringify(capacityOf(wanted)) !== JSON.stringify(capacityOf(before)))
        await aws.ecs('PutClusterCapacityProviders', { cluster: name, ...capacityOf(wanted) });
      const { put, removed } = tagChanges(before.tags, wanted.tags);
      const resourceArn = cluster.clusterArn;
      if (put.length > 0) await aws.ecs('TagResource', { resourceArn, tags: put });
      if (removed.length > 0) await aws.ecs('UntagResource', { resourceArn, tagKeys: removed });
    },
    () => `The cluster ${name} was updated.`,
    { showsFailure: false },
  );
  return (
    <ClusterForm
      draft={draft}
      onChange={setDraft}
      isNew={false}
      submitText="Save changes"
      isBusy={save.isPending}
      error={save.error}
      cancelTo={address}
      onSubmit={() => {
        save.mutate(draft, { onSuccess: () => void navigate(address) });
      }}
    />
  );
}

const draftOf = (cluster: Cluster): Draft => ({
  name: cluster.clusterName ?? '',
  containerInsights: settingOf(cluster, 'containerInsights') ?? '',
  capacityProviders: cluster.capacityProviders ?? [],
  strategy: cluster.defaultCapacityProviderStrategy ?? [],
  namespace: cluster.serviceConnectDefaults?.namespace ?? '',
  tags: cluster.tags ?? [],
});

const capacityOf = ({ capacityProviders, strategy }: Draft) => ({
  capacityProviders: [...capacityProviders],
  defaultCapacityProviderStrategy: [...strategy],
});
