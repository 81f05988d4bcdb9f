import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Logger } from 'pino';
import { ExecutorError, type ImagePin, type ImagePins, type TaskSpec } from '../../model/ports.ts';
import type { Images, WantedImage } from './images.ts';

export type TaskImages = {
  /**
   * Makes the image of a container present: that of its service's first task, where the container keeps to it, else what
   * its name means now; the latter also for an image that is not the definition's, but of a user's own Compose file.
   * Throws ExecutorError `cannotPull` or `unavailable`.
   */
  ensure(
    spec: TaskSpec,
    container: ContainerDefinition | undefined,
    wanted: WantedImage,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * The spec with its images by names under which the engine has them: the definition's own wherever it means the right
   * image. Throws ExecutorError `unavailable`.
   */
  named(spec: TaskSpec, signal: AbortSignal): Promise<TaskSpec>;
  /**
   * By service of the merged project: under which name the engine has an image that a user's own Compose file names, where
   * that is another. Throws ExecutorError `unavailable`.
   */
  standIns(
    spec: TaskSpec,
    merged: ReadonlyMap<string, { readonly image?: string }>,
    signal: AbortSignal,
  ): Promise<Map<string, string>>;
  /** A container that is made anew because files changed takes what its tag means now, and so do the tasks after it. */
  renew(spec: TaskSpec, container: string, signal: AbortSignal): Promise<void>;
};

/**
 * Which images the containers of tasks get. Tasks of a service run the images of the first task of their revision, as on
 * ECS; `versionConsistency: disabled` and tasks of no service take what the tag means at the time. Images are pinned by
 * their id, since those built here have no digest.
 */
export function createTaskImages({
  images,
  pins,
  logger,
}: {
  readonly images: Images;
  readonly pins: ImagePins;
  readonly logger: Logger;
}): TaskImages {
  const look = ({ task }: TaskSpec, { name = '', versionConsistency }: ContainerDefinition) =>
    versionConsistency === 'disabled' ? ({ mayPin: false } as const) : pins.get(task, name);

  const pinOf = async (image: string, signal: AbortSignal): Promise<ImagePin | undefined> =>
    images.identify(await images.localName(image, signal), signal);

  const isHere = async ({ imageId }: ImagePin, signal: AbortSignal): Promise<boolean> =>
    (await images.identify(imageId, signal)) !== undefined;

  /** Whether a pinned image could be made present. */
  const ensurePinned = async (pin: ImagePin, wanted: WantedImage, signal: AbortSignal): Promise<boolean> => {
    if (await isHere(pin, signal)) return true;
    if (pin.reference === undefined) return false;
    try {
      await images.ensure({ ...wanted, image: pin.reference }, signal);
      return true;
    } catch (error) {
      if (error instanceof ExecutorError && error.kind === 'cannotPull') return false;
      throw error;
    }
  };

  const nameOf = async (
    spec: TaskSpec,
    container: ContainerDefinition,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const { image } = container;
    if (image === undefined) return undefined;
    const name = await images.localName(image, signal);
    const { pin } = look(spec, container);
    if (!pin || (await images.identify(name, signal))?.imageId === pin.imageId) return name;
    return (await isHere(pin, signal)) ? pin.imageId : name;
  };

  return {
    async ensure(spec, container, wanted, signal) {
      if (container?.image !== wanted.image) {
        await images.ensure(wanted, signal);
        return;
      }
      const { task } = spec;
      const { name = '' } = container;
      const { mayPin, pin } = look(spec, container);
      if (pin && (await ensurePinned(pin, wanted, signal))) return;
      if (pin)
        logger.warn(
          { task: task.arn, container: name },
          `the image of the first task of this deployment, ${pin.imageId}, is gone: what ${wanted.image} means now is used`,
        );
      await images.ensure(wanted, signal);
      if (!mayPin) return;
      const found = await pinOf(wanted.image, signal);
      // The first of several tasks at once has it; what is gone is given up by all alike.
      if (found && look(spec, container).pin?.imageId === pin?.imageId) pins.put(task, name, found);
    },

    async named(spec, signal) {
      const containerDefinitions = (spec.definition.containerDefinitions ?? []).map(async (container) => {
        const image = await nameOf(spec, container, signal);
        return { ...container, ...(image !== undefined && { image }) };
      });
      return {
        ...spec,
        definition: { ...spec.definition, containerDefinitions: await Promise.all(containerDefinitions) },
      };
    },

    async standIns({ definition }, merged, signal) {
      const own = new Map(definition.containerDefinitions?.map(({ name, image }) => [name, image]));
      const found = new Map<string, string>();
      for (const [service, { image }] of merged) {
        if (image === undefined || image === own.get(service)) continue;
        const local = await images.localName(image, signal);
        if (local !== image) found.set(service, local);
      }
      return found;
    },

    async renew(spec, name, signal) {
      const container = spec.definition.containerDefinitions?.find((one) => one.name === name);
      if (!container?.image || !look(spec, container).pin) return;
      const found = await pinOf(container.image, signal);
      if (found) pins.put(spec.task, name, found);
    },
  };
}
