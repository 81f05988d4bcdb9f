import { rm } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import type { Semaphore } from '../../lib/semaphore.ts';
import { needsPause, PAUSE_CONTAINER } from '../../model/pause-container.ts';
import {
  ExecutorError,
  type ResolvedInputs,
  type TaskExecutor,
  type TaskInputs,
  type TaskSpec,
  type TaskStore,
} from '../../model/ports.ts';
import type { ObservedContainer, Task } from '../../model/task.ts';
import { saidLines, type ComposeCli, type ComposeRunOptions } from './compose-cli.ts';
import { engineMessage, engineStatus } from './engine.ts';
import { composeVariables } from './interpolation.ts';
import type { LogFollower } from './follow-logs.ts';
import { chooseHostPorts, movablePorts, takenPort } from './host-ports.ts';
import {
  containerName,
  isExtra,
  LABELS,
  PAUSE_SERVICE,
  projectFolder,
  projectName,
  serviceKey,
} from './names.ts';
import type { Observer } from './observe.ts';
import type { VolumePreparation } from './prepare-volumes.ts';
import { createTaskOverrides } from './overrides.ts';
import type { PauseImage } from './pause-image.ts';
import { platformOf } from './render-platform.ts';
import { removeProject } from './remove-project.ts';
import type { RenderContext } from './render.ts';
import { createReload } from './reload.ts';
import { restartContainer } from './restart.ts';
import type { TaskImages } from './task-images.ts';
import { createTaskProjects } from './task-project.ts';

/** ECS agent: a container has four minutes to be created and three to start; Compose does both in one go. */
const UP_DEADLINE_MS = 7 * 60_000;
/** Between the stop signal and SIGKILL when a container is made anew because files changed. */
const RECREATE_GRACE_SECONDS = 1;
const FORCE_RECREATE = ['--force-recreate', '--timeout', String(RECREATE_GRACE_SECONDS)];
/** Other programs may take ports just as fast. */
const MAX_PORT_TRIES = 5;
/** Beyond its grace period a stop has this long. Source: ECS agent, stop timeouts. */
const STOP_MARGIN_MS = 30_000;
/** What an override added has this long at the most. Source: ECS API reference, stopTimeout: two minutes. */
const MAX_OWN_GRACE_SECONDS = 120;
/** How long the output of an ended container may take to arrive before it is removed all the same. */
const DRAIN_DEADLINE_MS = 60_000;

export type ComposeExecutorOptions = {
  readonly docker: Docker;
  readonly compose: ComposeCli;
  readonly composeSlots: Semaphore;
  readonly images: TaskImages;
  readonly inputs: TaskInputs;
  readonly pauseImage: PauseImage;
  readonly volumes: VolumePreparation;
  readonly observer: Pick<Observer, 'observeProject'>;
  readonly follower: Pick<LogFollower, 'drained'>;
  readonly tasks: Pick<TaskStore, 'observed'>;
  /** Projects that are being removed: what is removed from them is no loss. */
  readonly removing: Set<string>;
  readonly renderContext: RenderContext;
  readonly dataDir: string;
  readonly overridesFolder: string | undefined;
  readonly removeContainers: boolean;
  readonly logger: Logger;
};

/** Runs each task as a Compose project. Creating and starting is Compose's; stopping and removing goes to the engine itself. */
export function createComposeExecutor(options: ComposeExecutorOptions): TaskExecutor {
  const { docker, compose, observer, logger } = options;

  const project = (task: Task): string => projectName(task.clusterName, task.id);
  const projects = createTaskProjects(options);
  const overrides = createTaskOverrides({
    ...options,
    folder: options.overridesFolder,
    compose: { run: (args, runOptions) => compose.run(args, runOptions).catch(tooLarge) },
  });

  /** What a failed `up` left says what went wrong better than its exit code. */
  const upFailure = async (spec: TaskSpec, output: string): Promise<ExecutorError> => {
    const text = composeError(output);
    const observed = await observer.observeProject(project(spec.task));
    if (/is already in use by container/.test(text)) {
      // A Compose of before a crash was still at work on this very container; the next try finds it made.
      return new ExecutorError('unavailable', text);
    }
    if (/cannot connect to the docker daemon|error during connect|EOF$/i.test(text)) {
      return new ExecutorError('unavailable', text);
    }
    const failed = observed.find(({ state, error }) => state === 'created' && error !== undefined);
    if (failed) {
      const error = options.inputs.redact(spec.task.arn, failed.error ?? text);
      return isExtra(failed.name)
        ? new ExecutorError('cannotStart', `${serviceKey(failed.name)}: ${error}`)
        : new ExecutorError('cannotStart', error, { container: failed.name });
    }
    const named = spec.task.containers.find(({ name }) =>
      output.includes(containerName(spec.task.family, spec.task.revision, name, spec.task.id)),
    );
    const kind = observed.length > 0 ? 'cannotStart' : 'cannotCreate';
    return new ExecutorError(kind, text, named ? { container: named.name } : {});
  };

  const stopContainer = async (
    container: Pick<ObservedContainer, 'name' | 'dockerId'>,
    graceSeconds: number | undefined,
    signal: AbortSignal,
  ): Promise<void> => {
    const deadlineMs = (graceSeconds ?? MAX_OWN_GRACE_SECONDS) * 1000 + STOP_MARGIN_MS;
    try {
      await docker.getContainer(container.dockerId).stop({
        // Without it, the container's own.
        ...(graceSeconds !== undefined && { t: graceSeconds }),
        abortSignal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      });
    } catch (error) {
      const status = engineStatus(error);
      if (status === 304 || status === 404) return; // stopped already, or gone
      signal.throwIfAborted();
      throw new ExecutorError('cannotStop', engineMessage(error), {
        container: container.name,
        cause: error,
      });
    }
  };

  const runOptionsOf = (task: Task, inputs: ResolvedInputs, signal: AbortSignal): ComposeRunOptions => ({
    signal,
    deadlineMs: UP_DEADLINE_MS,
    variables: composeVariables(inputs),
    redact: (text: string) => options.inputs.redact(task.arn, text),
  });

  /** Gives what overrides added to a task the time to end that they say, or what is left of it at our own end. */
  const stopExtras = async (task: Task, signal: AbortSignal): Promise<void> => {
    const running = await docker.listContainers({
      filters: { label: [`com.docker.compose.project=${project(task)}`, LABELS.taskArn] },
      abortSignal: signal,
    });
    const extras = running.filter(({ Labels }) => isExtra(Labels[LABELS.containerName] ?? ''));
    await Promise.all(
      extras.map(({ Id: dockerId, Labels }) =>
        stopContainer({ dockerId, name: Labels[LABELS.containerName] ?? '' }, task.stopGraceSeconds, signal),
      ),
    );
  };

  /**
   * Creates and starts containers by Compose. A host port that is taken and is not the definition's own is given up for
   * another one: a debugger's port must not cost a task its life.
   */
  const up = async (
    spec: TaskSpec,
    containers: readonly string[],
    more: readonly string[],
    signal: AbortSignal,
  ): Promise<void> => {
    const { task, definition } = spec;
    const inputs = await options.inputs.resolve(spec, signal);
    await options.volumes.prepare(definition);
    const local = await options.images.named(spec, signal);
    const runOptions = runOptionsOf(task, inputs, signal);
    const overridden = await overrides.of(spec, inputs, runOptions);
    const { before, after } = overridden;
    const moved = new Map<string, string>();
    for (let tries = 1, wanted = containers, recreate = more; ; tries++) {
      const { path, specification, ranges } = await projects.write(local, inputs, moved, overridden);
      const flags = ['-d', '--no-deps', '--no-build', '--pull', 'never', ...recreate];
      const files = [...before, '-f', path, ...after];
      const args = ['-p', project(task), ...files, 'up', ...flags, '--', ...wanted.map(serviceKey)];
      const { exitCode, output } = await compose.run(args, runOptions).catch(tooLarge);
      if (exitCode === 0) return;
      logger.debug({ task: task.arn, exitCode, output }, 'docker compose up failed');
      const taken = takenPort(output);
      const notStarted = await unstarted(task, wanted);
      const keys =
        taken === undefined ? [] : movablePorts(specification, definition, taken, notStarted.map(serviceKey));
      if (keys.length === 0 || tries > MAX_PORT_TRIES) throw await upFailure(spec, output);
      for (const [key, port] of await chooseHostPorts(keys, ranges)) {
        moved.set(key, port);
        logger.warn(
          { task: task.arn },
          `host port ${taken ?? ''} is taken: ${key} is published on ${port} instead`,
        );
      }
      wanted = notStarted;
      recreate = FORCE_RECREATE;
    }
  };

  /** Which of these containers were never started. */
  const unstarted = async (task: Task, containers: readonly string[]): Promise<string[]> => {
    const seen = await observer.observeProject(project(task));
    return containers.filter((one) => !seen.some(({ name, state }) => name === one && state !== 'created'));
  };

  const recreate = async (spec: TaskSpec, container: string, signal: AbortSignal): Promise<void> => {
    await options.inputs.resolve(spec, signal);
    await options.images.renew(spec, container, signal);
    await options.composeSlots.run(() => up(spec, [container], FORCE_RECREATE, signal), signal);
  };

  const dockerIdOf = ({ task }: TaskSpec, container: string): string | undefined =>
    options.tasks.observed(task.arn).find(({ name, state }) => name === container && state !== 'gone')
      ?.dockerId;

  const reload = createReload({ docker, dockerIdOf, recreate });

  return {
    async restart(spec, name, ofLifeMs, signal) {
      const dockerId = dockerIdOf(spec, name);
      if (dockerId !== undefined) await restartContainer(docker, { dockerId, name, ofLifeMs }, signal);
      await observer.observeProject(project(spec.task), [name]);
    },

    async reload(spec, container, action, signal) {
      await reload(spec, container, action, signal);
      await observer.observeProject(project(spec.task));
    },

    async pull(spec, containers, signal) {
      const { definition } = spec;
      await options.volumes.prepare(definition);
      // Before any image, as on ECS; what the images need themselves is among them.
      const inputs = await options.inputs.resolve(spec, signal);
      const takeOverrides = (): ReturnType<typeof overrides.take> =>
        overrides.take(spec, inputs, runOptionsOf(spec.task, inputs, signal));
      // Without override files there is nothing for Compose to do.
      const { services: merged, useImages } = await (options.overridesFolder === undefined
        ? takeOverrides()
        : options.composeSlots.run(takeOverrides, signal));
      const wanted = (definition.containerDefinitions ?? []).filter(({ name = '' }) =>
        containers.includes(name),
      );
      const known = new Set(wanted.map(({ name }) => name));
      const added = [...merged].filter(([name]) => name !== PAUSE_SERVICE && !known.has(name));
      await Promise.all([
        ...added.map(async ([, { image, platform }]) => {
          if (image !== undefined)
            await options.images.ensure(spec, undefined, { image, platform, credentials: undefined }, signal);
        }),
        ...wanted.map(async (container) => {
          const { name } = container;
          try {
            const { image, platform } = merged.get(name ?? '') ?? {
              ...container,
              platform: platformOf(definition, container, options.renderContext),
            };
            // An override may have it built, which Compose is not let do here: it says so itself.
            if (image === undefined) return;
            const credentials = inputs.get(name ?? '')?.registryAuth;
            await options.images.ensure(spec, container, { image, platform, credentials }, signal);
          } catch (error) {
            if (!(error instanceof ExecutorError) || name === undefined) throw error;
            throw new ExecutorError(error.kind, error.message, { container: name, cause: error });
          }
        }),
      ]);
      await useImages(await options.images.standIns(spec, merged, signal));
      const watches = [...merged].flatMap(([name, { watch }]) =>
        watch && known.has(name) ? [[name, watch] as const] : [],
      );
      return watches.length === 0 ? undefined : Object.fromEntries(watches);
    },

    async start(spec, containers, signal) {
      // Known but after a restart of the sidecar; a slow upstream takes no place from other tasks.
      const inputs = await options.inputs.resolve(spec, signal);
      await options.composeSlots.run(async () => {
        const pause = needsPause(spec.definition) ? [PAUSE_CONTAINER] : [];
        const [{ extras }] = await Promise.all([
          // What overrides add comes with the first containers.
          overrides.of(spec, inputs, runOptionsOf(spec.task, inputs, signal)),
          pause.length > 0 ? options.pauseImage.ensure() : undefined,
        ]);
        // After a crash a Compose of before may have gone one step further than was last seen.
        const neverStarted = await unstarted(spec.task, [...pause, ...extras, ...containers]);
        if (neverStarted.length > 0) await up(spec, neverStarted, ['--no-recreate'], signal);
      }, signal);
      await observer.observeProject(project(spec.task));
    },

    async stop({ task }, containers, graceSeconds, signal) {
      const wanted = options.tasks.observed(task.arn).filter(({ name }) => containers.includes(name));
      await Promise.all(wanted.map((container) => stopContainer(container, graceSeconds, signal)));
      await observer.observeProject(project(task), containers);
    },

    async remove({ task }, signal) {
      options.inputs.forget(task);
      const name = project(task);
      await Promise.all(
        options.tasks.observed(task.arn).map(async ({ dockerId, name: container }) => {
          const drained = await settled(options.follower.drained(dockerId), DRAIN_DEADLINE_MS, signal);
          if (!drained)
            logger.warn({ task: task.arn, container }, 'not all output was read before the container goes');
        }),
      );
      await stopExtras(task, signal);
      if (!options.removeContainers) {
        // What is kept is to be looked at; this one only holds ports.
        const pause = options.tasks.observed(task.arn).find((one) => one.name === PAUSE_CONTAINER);
        if (pause?.state === 'running') await stopContainer(pause, 0, signal);
        projects.release(task);
        return;
      }
      options.removing.add(name);
      try {
        await removeProject(docker, name, signal);
      } finally {
        options.removing.delete(name);
      }
      projects.release(task);
    },

    async forget(task) {
      await rm(projectFolder(options.dataDir, task), { recursive: true, force: true });
    },
  };
}

/** The engine's or Compose's own words out of what `up` printed: the lines that tell of an error, else the last ones. */
export function composeError(output: string): string {
  const lines = saidLines(output);
  const errors = lines.filter((line) =>
    /error|invalid|failed|denied|not found|no such|conflict|must/i.test(line),
  );
  const progress =
    /^(Container|Network|Volume|Image) \S+ {2}?(Creating|Created|Starting|Started|Running|Error)/;
  const kept = errors.filter((line) => !progress.test(line));
  return (kept.length > 0 ? kept : lines.slice(-3)).join(' ').replace(/^Error response from daemon: /, '');
}

/** The kernel's limit holds for the container as well, so that trying again is no use. Source: execve(2), E2BIG. */
function tooLarge(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'E2BIG')
    throw new ExecutorError('cannotCreate', 'the environment is too large: argument list too long');
  throw error;
}

/** Whether it settled in time; a failure of what was waited for counts as settled and is its owner's to report. */
async function settled(work: Promise<void>, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const late = new Promise<false>((resolve) => {
    deadline.addEventListener('abort', () => {
      resolve(false);
    });
  });
  return Promise.race([
    work.then(
      () => true as const,
      () => true as const,
    ),
    late,
  ]);
}
