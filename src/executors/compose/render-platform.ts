import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { ExecutorError } from '../../model/ports.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { FLAGS_LABEL, flagsOfContainer, type DockerFlags } from './docker-flags.ts';
import type { RenderContext } from './render.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/** The Docker flags of a container. Throws ExecutorError `cannotCreate` for those that cannot be read. */
export function containerFlags(
  common: DockerFlags,
  { name, dockerLabels }: ContainerDefinition,
): DockerFlags {
  try {
    return flagsOfContainer(common, dockerLabels?.[FLAGS_LABEL]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new ExecutorError('cannotCreate', text, {
      ...(name !== undefined && { container: name }),
      cause: error,
    });
  }
}

/**
 * For which platform a container's image is taken: the one of the Docker flags, else what `runtimePlatform` says;
 * undefined: the engine's own. Throws ExecutorError `cannotCreate` for Windows, which an engine of Linux cannot run, and
 * for flags that cannot be read.
 */
export function platformOf(
  { runtimePlatform }: AwsTaskDefinition,
  container: ContainerDefinition,
  { dockerFlags, enginePlatform = 'of Linux' }: Pick<RenderContext, 'dockerFlags' | 'enginePlatform'>,
): string | undefined {
  const { platform } = containerFlags(dockerFlags, container);
  if (platform !== undefined) return platform;
  const { cpuArchitecture, operatingSystemFamily = 'LINUX' } = runtimePlatform ?? {};
  // ECS places no such task on an instance with Linux. The wording is ours.
  if (operatingSystemFamily !== 'LINUX')
    throw new ExecutorError(
      'cannotCreate',
      `the task is for ${operatingSystemFamily}, which the engine here (${enginePlatform}) cannot run`,
      { ...(container.name !== undefined && { container: container.name }) },
    );
  const architecture = ARCHITECTURES[cpuArchitecture ?? ''];
  return architecture === undefined ? undefined : `linux/${architecture}`;
}
