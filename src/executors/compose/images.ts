import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import type { Logger } from 'pino';
import { once } from '../../lib/once.ts';
import { ExecutorError, type ImagePin, type PulledImages } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { ecrStandIn, isImmutable, registryOf, repositoryOf } from './image-name.ts';
import { pullImage } from './pull-image.ts';
import { megabytes } from './pull-progress.ts';
import { findRegistryAuth, type RegistryAuth } from './registry-auth.ts';

/**
 * When images are pulled. Source: ECS agent, imagePullRequired and handleEventError.
 * `default`: for each task; one that is here already where that fails. `always`: for each task, which stops where that
 * fails. `once`: for the first task that wants it, which stops where that fails. `prefer-cached`: where it is not here.
 */
export type PullBehavior = 'default' | 'always' | 'once' | 'prefer-cached';

export type WantedImage = {
  readonly image: string;
  /** Undefined: the engine's own. */
  readonly platform: string | undefined;
  /** Of `repositoryCredentials`. Undefined: those of Docker's own configuration, where it has some. */
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
};

export type Images = {
  /**
   * Makes an image present, pulling it as the behaviour says. An image of ECR that cannot be had, or that nobody has
   * credentials for, is present when a local one of its repository and tag is: see `localName`.
   * Throws ExecutorError `cannotPull` or `unavailable`.
   */
  ensure(wanted: WantedImage, signal: AbortSignal): Promise<void>;
  /**
   * By which name the engine has an image: its own, or that of the local image that stands in for one of ECR. Nothing
   * is remembered and no tag is made, so that the answer is right after any crash and an image that is built anew
   * counts at once. Throws ExecutorError `unavailable`.
   */
  localName(image: string, signal: AbortSignal): Promise<string>;
  /** Which image a name or an id means now; undefined when it is not here. Throws ExecutorError `unavailable`. */
  identify(image: string, signal: AbortSignal): Promise<ImagePin | undefined>;
  /** The manifest digest of an image seen by `ensure`, else its id: images built here have no digest. */
  digest(imageId: string): string;
};

export type ImagesOptions = {
  readonly docker: Docker;
  readonly environment: NodeJS.ProcessEnv;
  readonly behavior: PullBehavior;
  readonly pulled: PulledImages;
  /** The images of a registry of our own: under which name the engine has them, and who asks for them. */
  readonly locate: (
    image: string,
  ) => { readonly image: string; readonly credentials: WantedImage['credentials'] } | undefined;
  readonly logger: Logger;
};

/** A program of the user's may be what is asked, so that it is asked once. */
type FindAuth = () => Promise<RegistryAuth | undefined>;

type Pull = { promise: Promise<void>; controller: AbortController; waiting: number };

const PROGRESS_INTERVAL_MS = 5000;

/** Pulls through the Engine API: a slow pull costs no process and delays no other task; tasks that want one image share one pull. */
export function createImages({
  docker,
  environment,
  behavior,
  pulled,
  locate,
  logger,
}: ImagesOptions): Images {
  const digests = new Map<string, string>();
  const pulls = new Map<string, Pull>();
  const mayStandIn = behavior === 'default' || behavior === 'prefer-cached';

  /** An image that is here. */
  const inspect = async (image: string, signal: AbortSignal): Promise<ImageInspectInfo | undefined> => {
    try {
      const found = await docker.getImage(image).inspect();
      // Only images with a manifest digest are kept: an id stands for itself.
      const digest = found.RepoDigests[0]?.split('@')[1];
      if (digest !== undefined) digests.set(found.Id, digest);
      return found;
    } catch (error) {
      if (engineStatus(error) === 404) return undefined;
      signal.throwIfAborted();
      if (engineStatus(error) === 400)
        throw new ExecutorError('cannotPull', engineMessage(error), { cause: error });
      throw new ExecutorError('unavailable', `images cannot be looked up: ${engineMessage(error)}`, {
        cause: error,
      });
    }
  };
  const isPresent = async (image: string, signal: AbortSignal): Promise<boolean> =>
    (await inspect(image, signal)) !== undefined;

  const authFor = async ({ image, credentials }: WantedImage): Promise<RegistryAuth | undefined> => {
    if (credentials) return { ...credentials, serveraddress: registryOf(image) };
    try {
      return await findRegistryAuth(image, environment, (text) => {
        logger.warn({ image }, `${text}, so that images are pulled without its credentials`);
      });
    } catch (error) {
      throw new ExecutorError('cannotPull', engineMessage(error), { cause: error });
    }
  };

  const pull = async (
    { image, platform }: WantedImage,
    findAuth: FindAuth,
    signal: AbortSignal,
  ): Promise<void> => {
    const auth = await findAuth();
    const startMs = Date.now();
    let toldMs = startMs;
    logger.info({ image }, `pulling ${image}`);
    const tell = (printed: () => string): void => {
      if (Date.now() - toldMs < PROGRESS_INTERVAL_MS) return;
      toldMs = Date.now();
      logger.info({ image }, `pulling ${image}: ${printed()}`);
    };
    await pullImage(docker, { image, platform, auth }, tell, signal);
    const size = (await inspect(image, signal))?.Size;
    const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
    const printed = size === undefined ? '' : `: ${megabytes(size)}`;
    logger.info({ image }, `pulled ${image} in ${seconds} s${printed}`);
    pulled.add(image);
  };

  const startPull = (wanted: WantedImage, findAuth: FindAuth, key: string): Pull => {
    const controller = new AbortController();
    const promise = pull(wanted, findAuth, controller.signal).finally(() => {
      if (pulls.get(key) === started) pulls.delete(key);
    });
    const started: Pull = { promise, controller, waiting: 0 };
    // Its failure belongs to those who wait; when the last of them left, nobody does.
    promise.catch(() => undefined);
    pulls.set(key, started);
    return started;
  };

  const sharePull = async (wanted: WantedImage, findAuth: FindAuth, signal: AbortSignal): Promise<void> => {
    const key = pullKey(wanted);
    const shared = pulls.get(key) ?? startPull(wanted, findAuth, key);
    shared.waiting += 1;
    try {
      await Promise.race([shared.promise, aborted(signal)]);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0) {
        if (pulls.get(key) === shared) pulls.delete(key);
        shared.controller.abort();
      }
    }
  };

  const isPulledAgain = (image: string): boolean =>
    !isImmutable(image) &&
    (behavior === 'default' || behavior === 'always' || (behavior === 'once' && !pulled.has(image)));

  return {
    async ensure(asked, signal) {
      const wanted = { ...asked, ...locate(asked.image) };
      const { image } = wanted;
      const isHere = await isPresent(image, signal);
      if (isHere && !isPulledAgain(image)) return;
      const standIn = mayStandIn ? ecrStandIn(image) : undefined;
      const local = isHere
        ? image
        : standIn !== undefined && (await isPresent(standIn, signal))
          ? standIn
          : undefined;
      const findAuth = once(() => authFor(wanted));
      const useLocal = (why: string): void => {
        logger.info({ image }, `${image} is not pulled, the local ${local ?? ''} is used: ${why}`);
      };
      try {
        // ECR answers nobody without credentials, and where it cannot be reached that takes its time.
        if (local !== undefined && local === standIn && !(await findAuth()))
          useLocal('there are no credentials for its registry');
        else await sharePull(wanted, findAuth, signal);
      } catch (error) {
        const isRefused = error instanceof ExecutorError && error.kind === 'cannotPull';
        if (!isRefused || !mayStandIn || local === undefined) throw error;
        useLocal(error.message);
      }
    },

    async localName(image, signal) {
      const located = locate(image);
      if (located) return located.image;
      const standIn = ecrStandIn(image);
      if (standIn === undefined || !mayStandIn || (await isPresent(image, signal))) return image;
      return (await isPresent(standIn, signal)) ? standIn : image;
    },

    async identify(image, signal) {
      const found = await inspect(image, signal);
      if (!found) return undefined;
      const reference = found.RepoDigests.find((one) => one.startsWith(`${repositoryOf(image)}@`));
      return { imageId: found.Id, ...(reference !== undefined && { reference }) };
    },

    digest: (imageId) => digests.get(imageId) ?? imageId,
  };
}

/** Pulls are shared by those who may have the same: what one has the password for is not the other's. */
const pullKey = ({ image, platform, credentials }: WantedImage): string =>
  JSON.stringify([image, platform, credentials]);

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
