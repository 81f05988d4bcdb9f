import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { DockerFlags } from './docker-flags.ts';
import { shortenName } from './names.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];
type ServiceVolume = Exclude<NonNullable<Service['volumes']>[number], string>;

/** Key of a volume in the Compose file; Docker makes a folder of `<project>_<key>`, which bounds its length. */
export const volumeKey = (name: string): string => shortenName(name, 120);

/** Key of a volume of the Docker flags; the name of a volume of a task definition has no dot. */
export const flagVolumeKey = (name: string): string => `docker-flags.${name}`;

/**
 * The mounts of a container. Throws an Error for a host path that is not absolute: Compose would take it from the
 * folder of its file, Docker for the name of a volume.
 */
export function renderMounts(
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
