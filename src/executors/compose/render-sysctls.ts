import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ComposeSpecification } from 'docker-compose';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';

type Service = NonNullable<ComposeSpecification['services']>[string];

/** Source: Docker, parameters of the kernel that belong to a namespace. */
const OF_NETWORK = /^net\./;
const OF_IPC = /^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/;

/** Kernel parameters of one container. Those of a namespace that it shares are the pause container's. */
export const renderSysctls = (
  definition: AwsTaskDefinition,
  container: ContainerDefinition,
  isNetworkShared: boolean,
): Service =>
  asSysctls(controlsOf(container).filter(([name]) => !isShared(name, definition, isNetworkShared)));

/**
 * Kernel parameters of the pause container: where several containers set one, the last counts, as on ECS, where it is
 * that which starts last. Source: ECS API reference, SystemControl.
 */
export const renderSharedSysctls = (definition: AwsTaskDefinition, isNetworkShared: boolean): Service =>
  asSysctls(
    (definition.containerDefinitions ?? []).flatMap((container) =>
      controlsOf(container).filter(([name]) =>
        isShared(name, definition, isNetworkShared && !container.disableNetworking),
      ),
    ),
  );

const isShared = (name: string, { ipcMode }: AwsTaskDefinition, isNetworkShared: boolean): boolean =>
  (isNetworkShared && OF_NETWORK.test(name)) || (ipcMode === 'task' && OF_IPC.test(name));

const controlsOf = ({ systemControls = [] }: ContainerDefinition): (readonly [string, string])[] =>
  systemControls.flatMap(({ namespace, value = '' }) => (namespace ? [[namespace, value] as const] : []));

const asSysctls = (controls: readonly (readonly [string, string])[]): Service =>
  controls.length > 0 ? { sysctls: Object.fromEntries(controls) } : {};
