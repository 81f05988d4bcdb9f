import type { ContainerDefinition } from '@aws-sdk/client-ecs';

/** On a container: its program is to wait at its start until a debugger is attached. */
export const DEBUG_WAIT_LABEL = 'ecsidecar.debug.wait';

/** `node`, `java` or, for a program that waits by itself, anything else; undefined when it is not to wait. */
export const waitsFor = ({ dockerLabels = {} }: ContainerDefinition): string | undefined => {
  const value = dockerLabels[DEBUG_WAIT_LABEL]?.trim();
  return value === undefined || /^(|0|false|off)$/.test(value) ? undefined : value;
};
