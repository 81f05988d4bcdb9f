import { chmod, mkdir } from 'node:fs/promises';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type Docker from 'dockerode';
import { ExecutorError } from '../../model/ports.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { FLAGS_LABEL, NO_FLAGS } from './docker-flags.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { isInFolders } from './host-paths.ts';
import { LABELS } from './names.ts';
import { containerFlags } from './render-platform.ts';
import type { RenderContext } from './render.ts';
import { fileSystemFolder, fileSystemVolume, taskVolume, type VolumeOptions } from './task-volumes.ts';

export type VolumePreparation = {
  /**
   * Checks the host paths of a definition, and makes what it mounts that outlives a task. May be called again at any
   * time. Throws ExecutorError `cannotCreate` or `cannotInitialize` for what cannot be had, `unavailable` without an engine.
   */
  prepare(definition: AwsTaskDefinition): Promise<void>;
};

export type VolumePreparationOptions = {
  readonly docker: Docker;
  readonly renderContext: Pick<RenderContext, 'fileSystems' | 'sidecarId'>;
  /** Folders of the host that tasks may mount, absolute; none: all. */
  readonly hostRoots: readonly string[];
  /** Whether this path of the host can be looked at from here. */
  readonly canSee: (path: string) => boolean;
};

export function createVolumePreparation({
  docker,
  renderContext,
  hostRoots,
  canSee,
}: VolumePreparationOptions): VolumePreparation {
  const refuseOutside = async (path: string, what: string): Promise<void> => {
    if (await isInFolders(path, hostRoots, canSee)) return;
    // The wording is ours.
    throw new ExecutorError(
      'cannotCreate',
      `${what} is the host path ${path}, which is not in ECS_HOST_VOLUME_ROOTS (${hostRoots.join(', ')})`,
    );
  };

  const isThere = async (name: string): Promise<boolean> => {
    try {
      await docker.getVolume(name).inspect();
      return true;
    } catch (error) {
      if (engineStatus(error) === 404) return false;
      throw new ExecutorError('unavailable', `volumes cannot be looked up: ${engineMessage(error)}`, {
        cause: error,
      });
    }
  };

  /** The engine answers the volume that is there already, which two tasks may make at once. */
  const create = async (name: string, { driver, driverOpts, labels }: VolumeOptions): Promise<void> => {
    try {
      await docker.createVolume({
        Name: name,
        ...(driver !== undefined && { Driver: driver }),
        DriverOpts: { ...driverOpts },
        Labels: { ...labels },
      });
    } catch (error) {
      const kind = engineStatus(error) === undefined ? 'unavailable' : 'cannotInitialize';
      throw new ExecutorError(kind, engineMessage(error), { cause: error });
    }
  };

  const makeFolder = async (path: string): Promise<void> => {
    try {
      // Who owns a directory on AWS is not known here, so whoever a container runs as may write.
      if ((await mkdir(path, { recursive: true })) !== undefined) await chmod(path, 0o777);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new ExecutorError('cannotInitialize', text, { cause: error });
    }
  };

  return {
    async prepare(definition) {
      if (hostRoots.length > 0)
        for (const { path, what } of hostPaths(definition)) await refuseOutside(path, what);
      for (const volume of definition.volumes ?? []) {
        const found = taskVolume(volume);
        if (found.kind === 'shared' && !(await isThere(found.name))) {
          if (!found.mayCreate) throw notProvisioned(found.name);
          await create(found.name, found);
        }
        if (found.kind !== 'fileSystem') continue;
        const { fileSystems, sidecarId } = renderContext;
        if (fileSystems.kind === 'folders') await makeFolder(fileSystemFolder(fileSystems, found));
        else {
          const labels = { [LABELS.sidecarId]: sidecarId, 'ecsidecar.file-system': found.id };
          await create(fileSystemVolume(renderContext, found), { driverOpts: {}, labels });
        }
      }
    },
  };
}

/** Source: ECS agent, addSharedVolumes; Docker's words for a volume that is not there. */
const notProvisioned = (name: string): ExecutorError =>
  new ExecutorError(
    'cannotInitialize',
    `initialize volume: volume detection failed, volume '${name}' does not exist and autoprovision is set to false: ` +
      `Error response from daemon: get ${name}: no such volume`,
  );

type HostPath = { readonly path: string; readonly what: string };

/** The host paths that a definition asks for: its own, those of its Docker flags, and what a local volume stands for. */
function hostPaths({ volumes = [], containerDefinitions = [] }: AwsTaskDefinition): HostPath[] {
  const ofVolumes = volumes.flatMap((volume): HostPath[] => {
    const found = taskVolume(volume);
    const what = `volume '${volume.name ?? ''}'`;
    if (found.kind === 'host') return [{ path: found.path, what }];
    if (found.kind === 'fileSystem' || (found.driver ?? 'local') !== 'local') return [];
    // The device of a local volume may be a folder (`o=bind`), a disk, or of a network: `:/path`.
    const { device } = found.driverOpts;
    return device?.startsWith('/') ? [{ path: device, what: `the device of ${what}` }] : [];
  });
  return [...ofVolumes, ...containerDefinitions.flatMap(flagPaths)];
}

function flagPaths(container: ContainerDefinition): HostPath[] {
  const what = `a volume in the label ${FLAGS_LABEL} of ${container.name ?? ''}`;
  return containerFlags(NO_FLAGS, container).volumes.flatMap((volume) =>
    volume.type === 'bind' ? [{ path: volume.source, what }] : [],
  );
}
