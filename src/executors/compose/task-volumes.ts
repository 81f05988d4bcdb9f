import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DockerVolumeConfiguration, Volume } from '@aws-sdk/client-ecs';
import { folderName, isReservedLabel, shortenName } from './names.ts';
import type { RenderContext } from './render.ts';

/** What a volume of a definition is on this machine. */
export type TaskVolume =
  /** A path of the host. */
  | { readonly kind: 'host'; readonly path: string }
  /** A volume of the engine's that comes and goes with the task. */
  | ({ readonly kind: 'task' } & VolumeOptions)
  /** A volume of the engine's that tasks share, and which outlives them. */
  | ({ readonly kind: 'shared'; readonly name: string; readonly mayCreate: boolean } & VolumeOptions)
  /** Stands for a file system of AWS: a folder, by its parts below that of all file systems. */
  | { readonly kind: 'fileSystem'; readonly id: string; readonly folder: readonly string[] };

export type VolumeOptions = {
  readonly driver?: string;
  readonly driverOpts: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
};

/**
 * Where file systems are: in folders, or in volumes of the engine's, where it does not see the data folder under the
 * path by which we know it.
 */
export type FileSystems = { readonly kind: 'folders'; readonly path: string } | { readonly kind: 'volumes' };

/**
 * A volume of a definition. A volume that is configured at launch (managed EBS) is one of the task's own, as is one of
 * which nothing is said. Source: ECS API reference, Volume.
 */
export function taskVolume(volume: Volume): TaskVolume {
  const { name = '', host, dockerVolumeConfiguration: docker } = volume;
  if (host?.sourcePath) return { kind: 'host', path: host.sourcePath };
  if (docker) return dockerVolume(name, docker);
  return fileSystem(volume) ?? { kind: 'task', driverOpts: {}, labels: {} };
}

/** Source: ECS API reference, DockerVolumeConfiguration: the scope is the task where none is given. */
function dockerVolume(name: string, docker: DockerVolumeConfiguration): TaskVolume {
  const { scope, autoprovision = false, driver, driverOpts = {}, labels = {} } = docker;
  const given = Object.entries(labels).filter(([label]) => !isReservedLabel(label));
  const options = { ...(driver && { driver }), driverOpts, labels: Object.fromEntries(given) };
  return scope === 'shared'
    ? { kind: 'shared', name, mayCreate: autoprovision, ...options }
    : { kind: 'task', ...options };
}

/** One folder for each file system and root directory or access point. Ids and paths of requests are made names. */
function fileSystem({
  efsVolumeConfiguration: efs,
  fsxWindowsFileServerVolumeConfiguration: fsx,
  s3filesVolumeConfiguration: s3files,
}: Volume): TaskVolume | undefined {
  if (efs)
    return ofFileSystem('efs', efs.fileSystemId, efs.rootDirectory, efs.authorizationConfig?.accessPointId);
  if (fsx) return ofFileSystem('fsx', fsx.fileSystemId, fsx.rootDirectory?.replaceAll('\\', '/'), undefined);
  if (!s3files) return undefined;
  const { fileSystemArn, rootDirectory, accessPointArn } = s3files;
  return ofFileSystem('s3files', lastPart(fileSystemArn), rootDirectory, lastPart(accessPointArn));
}

function ofFileSystem(service: string, id = '', rootDirectory = '', accessPoint?: string): TaskVolume {
  const below = rootDirectory.split('/').filter((part) => part !== '' && part !== '.');
  const leaf = accessPoint ? `access-point-${accessPoint}` : ['root', ...below].join('/');
  return { kind: 'fileSystem', id, folder: [service, id, leaf].map(pathPart) };
}

const lastPart = (arn: string | undefined): string | undefined => arn?.split(/[/:]/).at(-1);

/** Most file systems take names of 255 bytes. */
const pathPart = (text: string): string => shortenName(folderName(text), 200);

/** Where the folder of a file system is. */
export const fileSystemFolder = (
  { path }: FileSystems & { kind: 'folders' },
  { folder }: TaskVolume & { kind: 'fileSystem' },
): string => join(path, ...folder);

/** The engine's volume of a file system: one for each data folder, as folders are. Docker's names have no `%` and `:`. */
export function fileSystemVolume(
  { sidecarId }: Pick<RenderContext, 'sidecarId'>,
  { folder }: TaskVolume & { kind: 'fileSystem' },
): string {
  const readable = folder.join('-').replace(/[^A-Za-z0-9_.-]/g, '_');
  const hash = createHash('sha256').update(JSON.stringify(folder)).digest('hex').slice(0, 8);
  return `ecsidecar-${sidecarId.slice(0, 8)}-${shortenName(readable, 120)}-${hash}`;
}

/** The volumes which the project of a definition takes for given, as `docker volume create` makes them. */
export function volumeCommands(
  volumes: readonly Volume[],
  context: Pick<RenderContext, 'fileSystems' | 'sidecarId'>,
): string[] {
  return volumes.map(taskVolume).flatMap((volume) => {
    if (volume.kind === 'shared') {
      const options = Object.entries(volume.driverOpts).map(([name, value]) => `--opt=${name}=${value}`);
      const driver = volume.driver === undefined ? [] : [`--driver=${volume.driver}`];
      return [[...driver, ...options, volume.name].map(shellWord).join(' ')];
    }
    const isVolume = volume.kind === 'fileSystem' && context.fileSystems.kind === 'volumes';
    return isVolume ? [fileSystemVolume(context, volume)] : [];
  });
}

/** A text as one word of a shell. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_./=:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
