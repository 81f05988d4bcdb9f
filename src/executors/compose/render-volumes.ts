import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { DockerFlags } from './docker-flags.ts';
import { shortenName } from './names.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type ServiceVolume = Exclude<NonNullable<Service['volumes']>[number], string>;

/** Key of a volume in the Compose file; Docker makes a folder of `<project>_<key>`, which bounds its length. */
export const volumeKey = (name: string): string => shortenName(name, 120);

/** Key of a volume of the Docker flags; the name of a volume of a task definition has no dot. */
export const flagVolumeKey = (name: string): string => `docker-flags.${name}`;

/**
 * The mounts of a container. Compose forgets the `ro` of `volumes_from`, so what is to be read only is written out as
 * mounts, which win over those of `volumes_from`; volumes that the image of the other container brings can be written.
 * Throws an Error as `renderOwnMounts`.
 */
export function renderMounts(
  container: ContainerDefinition,
  definition: AwsTaskDefinition,
  flagsOf: (container: ContainerDefinition) => DockerFlags,
): ServiceVolume[] {
  const mountsOf = (one: ContainerDefinition, users: readonly ContainerDefinition[]): ServiceVolume[] => {
    const inherited = (one.volumesFrom ?? []).flatMap(({ sourceContainer, readOnly }) => {
      const source = definition.containerDefinitions?.find(({ name }) => name === sourceContainer);
      if (!source || users.includes(source)) return [];
      // A volume without a name is another one wherever it is written.
      const mounts = mountsOf(source, [...users, source]).filter((mount) => mount.source !== undefined);
      return readOnly ? mounts.map((mount) => ({ ...mount, read_only: true })) : mounts;
    });
    const own = renderOwnMounts(one, definition.volumes ?? [], flagsOf(one));
    const targets = new Set(own.map(({ target }) => target));
    return [...inherited.filter(({ target }) => !targets.has(target)), ...own];
  };
  const isReadOnly = container.volumesFrom?.some(({ readOnly }) => readOnly);
  return mountsOf(isReadOnly ? container : { ...container, volumesFrom: [] }, [container]);
}

/**
 * What a container mounts by itself. Throws an Error for a host path that is not absolute: Compose would take it from the
 * folder of its file, Docker for the name of a volume.
 */
function renderOwnMounts(
  container: ContainerDefinition,
  volumes: readonly Volume[],
  flags: DockerFlags,
): ServiceVolume[] {
  const mounts = (container.mountPoints ?? []).map(
    ({ sourceVolume = '', containerPath = '', readOnly }): ServiceVolume => {
      const volume = volumes.find(({ name }) => name === sourceVolume);
      if (!volume) throw new Error(`Unknown volume '${sourceVolume}'.`);
      if (!containerPath.startsWith('/')) {
        throw new Error(`the mount path '${containerPath}' of volume '${sourceVolume}' is not absolute`);
      }
      const common = { target: containerPath, ...(readOnly && { read_only: true }) };
      const sourcePath = volume.host?.sourcePath;
      if (!sourcePath) return { type: 'volume', source: volumeKey(sourceVolume), ...common };
      if (!sourcePath.startsWith('/')) {
        throw new Error(`the sourcePath '${sourcePath}' of volume '${sourceVolume}' is not an absolute path`);
      }
      return { type: 'bind', source: sourcePath, ...common, bind: bindOptions(sourcePath, containerPath) };
    },
  );
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

/**
 * A missing host path is made, as Docker does. Compose can say that to the engine only as `source:target`, which a path
 * with a colon would break; such a path must be there.
 */
function bindOptions(source: string, target: string): { create_host_path: boolean } {
  return { create_host_path: !`${source}${target}`.includes(':') };
}
