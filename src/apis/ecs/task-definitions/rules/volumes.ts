import type { Volume } from '@aws-sdk/client-ecs';
import type { Rule } from './rule.ts';

const TYPES = [
  'configuredAtLaunch',
  'dockerVolumeConfiguration',
  'efsVolumeConfiguration',
  'fsxWindowsFileServerVolumeConfiguration',
  's3filesVolumeConfiguration',
] as const satisfies readonly (keyof Volume)[];

const countTypes = (volume: Volume): number =>
  TYPES.filter((type) => volume[type]).length + (volume.host?.sourcePath ? 1 : 0);

/** What kind of volume each one is. */
export const volumeRules: readonly Rule[] = [
  // Source: ECS's words, recorded in GitHub issues.
  ({ definition: { volumes = [] } }) =>
    volumes.some((volume) => countTypes(volume) > 1)
      ? 'When the volume parameter is specified, only one volume configuration type should be used.'
      : undefined,
];
