import { serviceEvents, taskEvents, type EventContext } from '../../model/ecs-event.ts';
import type { EcsStore, EventStore } from '../../model/ports.ts';

export type RecordOptions = EventContext & {
  readonly events: EventStore;
  /** Whether who saves carries out users' requests. */
  readonly isByUser: boolean;
};

/**
 * The same store, which writes an EventBridge event in the transaction of each save that there is one of. Every change
 * of a task or a service, by whatever part, is a `put` here, and only here before and after are known within the
 * transaction: so no part has to remember to tell, none can tell what was then not saved, and none can save untold.
 */
export function recordEvents(store: EcsStore, { events, ...context }: RecordOptions): EcsStore {
  return {
    ...store,
    tasks: {
      ...store.tasks,
      put(task) {
        store.transaction(() => {
          const before = store.tasks.get(task.arn);
          store.tasks.put(task);
          events.append(taskEvents(before, task, context));
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
