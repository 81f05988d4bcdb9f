import { posix } from 'node:path';
import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';
import { shortenName } from './names.ts';
import type { RenderContext } from './render.ts';
import { fileSystemFolder, fileSystemVolume, taskVolume, type TaskVolume } from './task-volumes.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type Volumes = NonNullable<ComposeSpecification['volumes']>;
type VolumeContext = Pick<RenderContext, 'fileSystems' | 'sidecarId'>;
type ServiceVolume = Exclude<NonNullable<Service['volumes']>[number], string>;

/** Key of a volume in the Compose file; Docker makes a folder of `<project>_<key>`, which bounds its length. */
const volumeKey = (name: string): string => shortenName(name, 120);

/** Key of a volume of the Docker flags; the name of a volume of a task definition has no dot. */
const flagVolumeKey = (name: string): string => `docker-flags.${name}`;

/**
 * The mounts of a container. Compose forgets the `ro` of `volumes_from`, so what is to be read only is written out as
 * mounts, which win over those of `volumes_from`; volumes that the image of the other container brings can be written.
 * Throws an Error as `renderOwnMounts`.
 */
export function renderMounts(
  container: ContainerDefinition,
  definition: AwsTaskDefinition,
  flagsOf: (container: ContainerDefinition) => DockerFlags,
  context: VolumeContext,
): ServiceVolume[] {
  const mountsOf = (one: ContainerDefinition, users: readonly ContainerDefinition[]): ServiceVolume[] => {
    const inherited = (one.volumesFrom ?? []).flatMap(({ sourceContainer, readOnly }) => {
      const source = definition.containerDefinitions?.find(({ name }) => name === sourceContainer);
      if (!source || users.includes(source)) return [];
      // A volume without a name is another one wherever it is written.
      const mounts = mountsOf(source, [...users, source]).filter((mount) => mount.source !== undefined);
      return readOnly ? mounts.map((mount) => ({ ...mount, read_only: true })) : mounts;
    });
    const own = renderOwnMounts(one, definition.volumes ?? [], flagsOf(one), context);
    const targets = new Set(own.map(({ target }) => target));
    return [...inherited.filter(({ target }) => !targets.has(target)), ...own];
  };
  const isReadOnly = container.volumesFrom?.some(({ readOnly }) => readOnly);
  return mountsOf(isReadOnly ? container : { ...container, volumesFrom: [] }, [container]);
}

/**
 * What a container mounts by itself. Throws an Error for a host path that is not absolute: Compose would take it from the
 * folder of its file, Docker for the name of a volume; and, in Docker's words, for two mounts at one path, of which Compose
 * would take the last.
 */
function renderOwnMounts(
  container: ContainerDefinition,
  volumes: readonly Volume[],
  flags: DockerFlags,
  context: VolumeContext,
): ServiceVolume[] {
  const mounts = (container.mountPoints ?? []).map(
    ({ sourceVolume = '', containerPath = '', readOnly }): ServiceVolume => {
      const volume = volumes.find(({ name }) => name === sourceVolume);
      if (!volume) throw new Error(`Unknown volume '${sourceVolume}'.`);
      if (!containerPath.startsWith('/')) {
        throw new Error(`the mount path '${containerPath}' of volume '${sourceVolume}' is not absolute`);
      }
      return { ...mountOf(volume, containerPath, context), ...(readOnly && { read_only: true }) };
    },
  );
  const paths = mounts.map(({ target = '' }) => posix.join(target, '.'));
  const twice = paths.find((path, index) => paths.indexOf(path) < index);
  if (twice !== undefined) throw new Error(`Duplicate mount point: ${twice}`);
  const ofFlags = flags.volumes.map((volume): ServiceVolume => {
    const common = { target: volume.target, ...(volume.readOnly && { read_only: true }) };
    switch (volume.type) {
      case 'bind':
        return {
          type: 'bind',
          source: volume.source,
          ...common,
          bind: {
            ...bindOptions(volume.source, volume.target),
            ...(volume.propagation !== undefined && { propagation: volume.propagation }),
            ...(volume.selinux !== undefined && { selinux: volume.selinux }),
          },
        };
      case 'volume':
        return {
          type: 'volume',
          source: flagVolumeKey(volume.source),
          ...common,
          ...(volume.noCopy && { volume: { nocopy: true } }),
        };
      case 'anonymous':
        return { type: 'volume', ...common };
    }
  });
  const replaced = new Set(ofFlags.map(({ target }) => target));
  return [...mounts.filter(({ target }) => !replaced.has(target)), ...ofFlags];
}

function mountOf(volume: Volume, target: string, context: VolumeContext): ServiceVolume {
  const { name = '' } = volume;
  const found = taskVolume(volume);
  switch (found.kind) {
    case 'host':
      if (!found.path.startsWith('/'))
        throw new Error(`the sourcePath '${found.path}' of volume '${name}' is not an absolute path`);
      return { type: 'bind', source: found.path, target, bind: bindOptions(found.path, target) };
    case 'task':
    case 'shared':
      return { type: 'volume', source: volumeKey(name), target };
    case 'fileSystem': {
      const { fileSystems } = context;
      // What an image has at that place does not get into a file system.
      if (fileSystems.kind === 'volumes')
        return { type: 'volume', source: volumeKey(name), target, volume: { nocopy: true } };
      const source = fileSystemFolder(fileSystems, found);
      return { type: 'bind', source, target, bind: bindOptions(source, target) };
    }
  }
}

/**
 * The volumes of a project. Those that outlive it, and those of the flags, are the engine's own: they are made before
 * it, the latter by whoever wants them with `docker volume create`.
 */
export function renderVolumes(
  { volumes = [] }: AwsTaskDefinition,
  flags: DockerFlags,
  context: VolumeContext,
): Volumes {
  // Not an object yet: a volume may be called `__proto__`.
  const rendered = new Map<string, NonNullable<Volumes[string]>>();
  for (const volume of volumes) {
    const one = renderVolume(taskVolume(volume), context);
    if (one) rendered.set(volumeKey(volume.name ?? ''), one);
  }
  for (const volume of flags.volumes)
    if (volume.type === 'volume')
      rendered.set(flagVolumeKey(volume.source), { name: volume.source, external: true });
  return Object.fromEntries(rendered);
}

/** Undefined: a path of the host, which Compose needs not be told of. */
function renderVolume(volume: TaskVolume, context: VolumeContext): NonNullable<Volumes[string]> | undefined {
  switch (volume.kind) {
    case 'host':
      return undefined;
    case 'task':
      return {
        ...(volume.driver !== undefined && { driver: volume.driver }),
        ...(Object.keys(volume.driverOpts).length > 0 && { driver_opts: { ...volume.driverOpts } }),
        ...(Object.keys(volume.labels).length > 0 && { labels: { ...volume.labels } }),
      };
    case 'shared':
      return { name: volume.name, external: true };
    case 'fileSystem':
      return context.fileSystems.kind === 'folders'
        ? undefined
        : { name: fileSystemVolume(context, volume), external: true };
  }
}

/**
 * A missing host path is made, as Docker does. Compose can say that to the engine only as `source:target`, which a path
 * with a colon would break; such a path must be there.
 */
function bindOptions(source: string, target: string): { create_host_path: boolean } {
  return { create_host_path: !`${source}${target}`.includes(':') };
}
