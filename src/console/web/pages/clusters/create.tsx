import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useWork } from '../../aws/queries.ts';
import { clusterAddress } from '../../shared/addresses.ts';
import { Page } from '../../shared/page.tsx';
import { ClusterForm, EMPTY, type Draft } from './form.tsx';

export function Component() {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(EMPTY);
  const create = useWork(
    async (aws, chosen: Draft) => {
      const { cluster } = await aws.ecs('CreateCluster', {
        ...(chosen.name !== '' && { clusterName: chosen.name }),
        ...(chosen.containerInsights !== '' && {
          settings: [{ name: 'containerInsights', value: chosen.containerInsights }],
        }),
        ...(chosen.namespace !== '' && { serviceConnectDefaults: { namespace: chosen.namespace } }),
        ...(chosen.capacityProviders.length > 0 && { capacityProviders: [...chosen.capacityProviders] }),
        ...(chosen.strategy.length > 0 && { defaultCapacityProviderStrategy: [...chosen.strategy] }),
        ...(chosen.tags.length > 0 && { tags: [...chosen.tags] }),
      });
      return cluster?.clusterName ?? '';
    },
    (_, name) => `The cluster ${name} was created.`,
    { showsFailure: false },
  );
  return (
    <Page title="Create cluster" crumbs={[{ text: 'Clusters', to: '/clusters' }]}>
      <ClusterForm
        draft={draft}
        onChange={setDraft}
        isNew
        submitText="Create cluster"
        isBusy={create.isPending}
        error={create.error}
        cancelTo="/clusters"
        onSubmit={() => {
          create.mutate(draft, { onSuccess: (name) => void navigate(clusterAddress(name)) });
        }}
      />
    </Page>
  );
}
