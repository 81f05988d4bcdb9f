import type { Volume } from '@aws-sdk/client-ecs';
import { firstDuplicate, type Rule } from './rule.ts';

const TYPES = [
  'configuredAtLaunch',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
  's3filesVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];

const countTypes = (volume: Volume): number =>
  TYPES.filter((type) => volume[type]).length + (volume.host?.sourcePath ? 1 : 0);

/** Source: ECS's words, September 2026. */
function efsProblem({ efsVolumeConfiguration: efs }: Volume): string | undefined {
  if (!efs) return undefined;
  const { rootDirectory = '/', transitEncryption, transitEncryptionPort, authorizationConfig = {} } = efs;
  const isEncrypted = transitEncryption === 'ENABLED';
  if (authorizationConfig.accessPointId && rootDirectory !== '/')
    return 'When using an EFS access point, the root directory must either be set to "/" or be omitted.';
  if (authorizationConfig.iam === 'ENABLED' && !isEncrypted)
    return 'EFS IAM authorization requires TransitEncryption to be enabled.';
  return transitEncryptionPort !== undefined && !isEncrypted
    ? 'TransitEncryptionPort requires that TransitEncryption is enabled.'
    : undefined;
}

/** What kind of volume each one is. */
export const volumeRules: readonly Rule[] = [
  // Source: ECS's words, recorded in GitHub issues.
  ({ definition: { volumes = [] } }) =>
    volumes.some((volume) => countTypes(volume) > 1)
      ? 'When the volume parameter is specified, only one volume configuration type should be used.'
      : undefined,
  // Two of one name could not be told apart. The wording follows the one for containers.
  ({ definition: { volumes = [] } }) =>
    firstDuplicate(volumes.map(({ name = '' }) => name)) === undefined
      ? undefined
      : 'Volume names must be unique within a task definition',
  // Source: ECS's words, recorded in GitHub issues of 2015.
  ({ definition: { volumes = [] } }) =>
    volumes.some(({ host }) => host?.sourcePath === '') ? 'host.sourcePath should not be blank.' : undefined,
  // Source: ECS's words, September 2026.
  ({ definition: { volumes = [] }, containers }) => {
    const isMounted = ({ name }: Volume): boolean =>
      containers.some(({ mountPoints = [] }) => mountPoints.some((mount) => mount.sourceVolume === name));
    const idle = volumes.filter((volume) => volume.configuredAtLaunch && !isMounted(volume));
    return idle.length > 0
      ? `Volumes [${idle.map(({ name = '' }) => name).join(', ')}] are not referenced by any of the containers`
      : undefined;
  },
  ({ definition: { volumes = [] } }) => volumes.map(efsProblem).find((problem) => problem !== undefined),
];
