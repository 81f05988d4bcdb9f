import { ResourceTable, type Column } from '../../shared/resource-table.tsx';
import type { TaskDefinition } from './queries.ts';

type Container = NonNullable<TaskDefinition['containerDefinitions']>[number];
type Volume = NonNullable<TaskDefinition['volumes']>[number];

export function ContainersTable({ containers }: { readonly containers: readonly Container[] }) {
  return (
    <ResourceTable
      name="container"
      items={containers}
      columns={CONTAINERS}
      idOf={({ name = '' }) => name}
      filterName="container"
      wrapLines
    />
  );
}

const CONTAINERS: readonly Column<Container>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name, isRowHeader: true },
  { id: 'image', header: 'Image', value: ({ image }) => image },
  { id: 'essential', header: 'Essential', value: ({ essential = true }) => (essential ? 'Yes' : 'No') },
  { id: 'cpu', header: 'CPU', value: ({ cpu }) => cpu },
  {
    id: 'memory',
    header: 'Memory (MiB)',
    value: ({ memory, memoryReservation }) => memory ?? memoryReservation,
  },
  {
    id: 'ports',
    header: 'Ports',
    value: ({ portMappings = [] }) =>
      portMappings
        .map(
          ({ hostPort, containerPort, containerPortRange, protocol = 'tcp' }) =>
            `${hostPort === undefined || hostPort === 0 ? '' : `${hostPort}:`}${containerPort ?? containerPortRange ?? ''}/${protocol}`,
        )
        .join(', '),
  },
  {
    id: 'environment',
    header: 'Environment',
    value: ({ environment = [], secrets = [] }) =>
      [
        ...environment.map(({ name = '', value = '' }) => `${name}=${value}`),
        ...secrets.map(({ name = '' }) => `${name} (secret)`),
      ].join(', '),
  },
];

export function VolumesTable({ definition }: { readonly definition: TaskDefinition }) {
  const mountsOf = (volume: Volume): string =>
    (definition.containerDefinitions ?? [])
      .flatMap(({ name = '', mountPoints = [] }) =>
        mountPoints
          .filter(({ sourceVolume }) => sourceVolume === volume.name)
          .map(
            ({ containerPath = '', readOnly }) => `${name}:${containerPath}${readOnly ? ' (read only)' : ''}`,
          ),
      )
      .join(', ');
  const columns: readonly Column<Volume>[] = [
    { id: 'name', header: 'Name', value: ({ name }) => name, isRowHeader: true },
    { id: 'source', header: 'Source', value: sourceOf },
    { id: 'mounts', header: 'Mounted at', value: mountsOf },
  ];
  return (
    <ResourceTable
      name="volume"
      items={definition.volumes ?? []}
      columns={columns}
      idOf={({ name = '' }) => name}
      filterName="volume"
    />
  );
}

function sourceOf(volume: Volume): string {
  if (volume.host?.sourcePath) return volume.host.sourcePath;
  if (volume.dockerVolumeConfiguration) return `Docker (${volume.dockerVolumeConfiguration.scope ?? 'task'})`;
  if (volume.efsVolumeConfiguration) return `EFS ${volume.efsVolumeConfiguration.fileSystemId ?? ''}`;
  if (volume.fsxWindowsFileServerVolumeConfiguration)
    return `FSx ${volume.fsxWindowsFileServerVolumeConfiguration.fileSystemId ?? ''}`;
  if (volume.s3filesVolumeConfiguration)
    return `S3 Files ${volume.s3filesVolumeConfiguration.fileSystemArn ?? ''}`;
  return volume.configuredAtLaunch ? 'Configured at launch' : 'Of the task';
}
