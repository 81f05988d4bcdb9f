import { serviceArn, type ServiceRevisionArn } from './arn.ts';
import type { ImagePins, ServiceStore } from './ports.ts';
import { serviceOfTask } from './service.ts';
import type { Task } from './task.ts';

/**
 * Keeps with a service revision which images its first task had, so that a rollback has them again. Source: ECS
 * developer guide, container image resolution: the tags of a deployment are resolved by its first task.
 */
export function createImagePins(services: ServiceStore): ImagePins {
  const revisionOf = (task: Task): ServiceRevisionArn | undefined => {
    const name = serviceOfTask(task);
    if (name === undefined) return undefined;
    const service = services.get(serviceArn(task.scope, task.clusterName, name));
    return service?.deployments.find(({ id }) => id === task.startedBy)?.revision.arn;
  };
  return {
    get(task, container) {
      const arn = revisionOf(task);
      if (arn === undefined) return { mayPin: false };
      const { images = {} } = services.getRevision(arn)?.revision ?? {};
      const pin = Object.hasOwn(images, container) ? images[container] : undefined;
      return { mayPin: true, ...(pin && { pin }) };
    },
    put(task, container, pin) {
      const arn = revisionOf(task);
      const found = arn === undefined ? undefined : services.getRevision(arn);
      if (!found) return;
      const { serviceArn: owner, revision } = found;
      services.putRevision(owner, { ...revision, images: { ...revision.images, [container]: pin } });
    },
  };
}
