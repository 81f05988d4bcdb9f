import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import { Status } from '../../shared/status.tsx';
import { useCapacityProviders, type CapacityProvider, type Cluster } from './queries.ts';

type Row = {
  readonly name: string;
  readonly provider: CapacityProvider | undefined;
  readonly base: number | undefined;
  readonly weight: number | undefined;
};

/** A cluster's capacity providers, and what the default strategy makes of them. */
export function ProvidersTable({ cluster }: { readonly cluster: Cluster }) {
  const { data: known, error, refetch } = useCapacityProviders();
  const rows = known && (cluster.capacityProviders ?? []).map((name) => rowOf(cluster, known, name));
  return (
    <ResourceTable
      name="capacity provider"
      query={{ data: rows, error, refetch }}
      columns={COLUMNS}
      idOf={({ name }) => name}
      empty="Tasks and services of this cluster name a launch type."
    />
  );
}

function rowOf(cluster: Cluster, known: readonly CapacityProvider[], name: string): Row {
  const item = cluster.defaultCapacityProviderStrategy?.find(
    ({ capacityProvider }) => capacityProvider === name,
  );
  return {
    name,
    provider: known.find((provider) => provider.name === name),
    base: item && (item.base ?? 0),
    weight: item && (item.weight ?? 0),
  };
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', header: 'Capacity provider', value: ({ name }) => name, isRowHeader: true },
  {
    id: 'status',
    header: 'Status',
    cell: ({ provider }) => <Status status={provider?.status} />,
    value: ({ provider }) => provider?.status,
  },
  { id: 'kind', header: 'Kind', value: ({ provider }) => provider && kindOf(provider) },
  { id: 'base', header: 'Default base', value: ({ base }) => base },
  { id: 'weight', header: 'Default weight', value: ({ weight }) => weight },
];

function kindOf({ name = '', autoScalingGroupProvider, managedInstancesProvider }: CapacityProvider): string {
  if (autoScalingGroupProvider) return 'Auto Scaling group';
  if (managedInstancesProvider) return 'Managed Instances';
  return name.startsWith('FARGATE') ? 'Fargate' : '–';
}
