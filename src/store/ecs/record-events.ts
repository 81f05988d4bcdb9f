import type { ContainerInstance } from '../../model/container-instance.ts';
import {
  instanceEvents,
  serviceEvents,
  taskEvents,
  touchedInstance,
  type EcsEvent,
  type EventContext,
} from '../../model/ecs-event.ts';
import type { EcsStore, EventStore } from '../../model/ports.ts';

export type RecordOptions = EventContext & {
  readonly events: EventStore;
  /** Whether who saves carries out users' requests. */
  readonly isByUser: boolean;
};

/**
 * The same store, which writes an EventBridge event in the transaction of each save that there is one of. Every change
 * of a task, a service or a container instance, by whatever part, is a `put` here, and only here before and after are
 * known within the transaction: so no part has to remember to tell, none can tell what was then not saved, and none can
 * save untold. A task that takes up or leaves room on its container instance changes that too, which counts it.
 */
export function recordEvents(store: EcsStore, { events, ...context }: RecordOptions): EcsStore {
  const saveInstance = (before: ContainerInstance | undefined, instance: ContainerInstance): EcsEvent[] => {
    store.containerInstances.put(instance);
    const usage = store.tasks.instanceUsage(instance.scope, instance.clusterName);
    return instanceEvents(before, instance, usage, context);
  };
  return {
    ...store,
    containerInstances: {
      ...store.containerInstances,
      put(instance) {
        store.transaction(() => {
          events.append(saveInstance(store.containerInstances.get(instance.arn), instance));
        });
      },
    },
    tasks: {
      ...store.tasks,
      put(task) {
        store.transaction(() => {
          const before = store.tasks.get(task.arn);
          store.tasks.put(task);
          const touched = touchedInstance(before, task);
          const instance = touched && store.containerInstances.get(touched);
          events.append([
            ...taskEvents(before, task, context),
            ...(instance ? saveInstance(instance, { ...instance, version: instance.version + 1 }) : []),
          ]);
        });
      },
    },
    services: {
      ...store.services,
      put(service) {
        store.transaction(() => {
          const before = store.services.get(service.arn);
          store.services.put(service);
          events.append(serviceEvents(before, service, context));
        });
      },
    },
  };
}
