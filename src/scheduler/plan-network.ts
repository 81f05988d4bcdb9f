import { PAUSE_CONTAINER } from '../model/pause-container.ts';
import type { ObservedContainer, Task } from '../model/task.ts';

/**
 * The task with the address and the ports of the network that its containers share; the same object when nothing is new.
 * A network that is gone is still shown, as ECS goes on showing what a task had.
 */
export function reportNetwork(task: Task, observed: ReadonlyMap<string, ObservedContainer>): Task {
  const shared = observed.get(PAUSE_CONTAINER)?.shared;
  if (!shared || !task.networkInterface) return task;
  const isKnown = JSON.stringify(task.networkInterface.address) === JSON.stringify(shared.address);
  const networkInterface = isKnown
    ? task.networkInterface
    : { ...task.networkInterface, address: shared.address };
  const containers = task.containers.map((container) => {
    const networkBindings = shared.networkBindings[container.name] ?? [];
    return JSON.stringify(networkBindings) === JSON.stringify(container.networkBindings)
      ? container
      : { ...container, networkBindings };
  });
  return isKnown && containers.every((container, index) => container === task.containers[index])
    ? task
    : { ...task, networkInterface, containers };
}

/** Whether what the containers share is lost: they cannot get it back. Source: ECS agent: the pause container is essential. */
export function lostPause(observed: ReadonlyMap<string, ObservedContainer>): boolean {
  const state = observed.get(PAUSE_CONTAINER)?.state;
  return state === 'exited' || state === 'gone';
}
