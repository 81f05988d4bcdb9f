import { readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { once } from '../../lib/once.ts';
import { createSemaphore } from '../../lib/semaphore.ts';
import { parseArn, type TaskArn } from '../../model/arn.ts';
import type {
  ContainerLogSink,
  ImagePins,
  PulledImages,
  TaskDefinitionStore,
  TaskExecutor,
  TaskInputs,
  TaskStore,
} from '../../model/ports.ts';
import type { TaskMetrics } from '../../model/scaling.ts';
import type { ObservedContainer, Task, TaskAddress } from '../../model/task.ts';
import { findCompose, type ComposeCli } from './compose-cli.ts';
import { checkEngine, createEngineClient, engineStatus, findEngine, type EngineInfo } from './engine.ts';
import { createLogFollower } from './follow-logs.ts';
import { compileMultiline } from './multiline.ts';
import { createImages, type ImagesOptions, type PullBehavior } from './images.ts';
import { LABELS, projectFolder } from './names.ts';
import { createServiceProjects, type ServiceProjects } from './service-projects.ts';
import { createTaskMetrics } from './metrics.ts';
import { createObserver, supersedes, type KnownContainer } from './observe.ts';
import { withTaskNetwork } from './network-bindings.ts';
import { removeProject } from './remove-project.ts';
import type { RenderContext } from './render.ts';
import type { TaskFactsOptions } from './task-facts.ts';

/** An engine and a Compose that were found and are new enough. */
export type Docking = {
  readonly docker: Docker;
  readonly dockerHost: string;
  readonly engine: EngineInfo;
  readonly compose: ComposeCli;
};

/** Finds engine and Compose. Throws an Error that says what to do. */
export async function dock(environment: NodeJS.ProcessEnv): Promise<Docking> {
  const dockerHost = findEngine(environment);
  const docker = createEngineClient(dockerHost);
  const [engine, compose] = await Promise.all([
    checkEngine(docker, dockerHost),
    findCompose(environment, dockerHost),
  ]);
  return { docker, dockerHost, engine, compose };
}

export type ComposeBackendOptions = {
  readonly docking: Docking;
  readonly environment: NodeJS.ProcessEnv;
  readonly tasks: TaskStore;
  readonly taskDefinitions: TaskDefinitionStore;
  readonly logSink: ContainerLogSink;
  readonly inputs: TaskInputs;
  readonly renderContext: RenderContext;
  readonly dataDir: string;
  /** ECS_COMPOSE_OVERRIDES, absolute. */
  readonly overridesFolder: string | undefined;
  readonly removeContainers: boolean;
  /** Folders of the host that tasks may mount; none: all. */
  readonly hostRoots: readonly string[];
  /** Whether this path of the host can be looked at from here. */
  readonly canSee: (path: string) => boolean;
  readonly imagePullBehavior: PullBehavior;
  readonly pulledImages: PulledImages;
  /** The images of a registry of our own: under which name the engine has them, and who asks for them. */
  readonly locateImage: ImagesOptions['locate'];
  readonly imagePins: ImagePins;
  readonly wake: (arn: TaskArn) => void;
  readonly logger: Logger;
};

export type ComposeBackend = {
  readonly executor: TaskExecutor;
  readonly serviceProjects: ServiceProjects;
  readonly metrics: TaskMetrics;
  /** What is needed to tell of tasks; see task-facts.ts. */
  readonly facts: TaskFactsOptions;
  /** Watches the engine from now on; resolves once every container of ours was looked at and what nobody owns is removed. */
  start(): Promise<void>;
  connected(): boolean;
  close(): Promise<void>;
};

/** The parts of the Compose executor, put together. */
export function createComposeBackend(options: ComposeBackendOptions): ComposeBackend {
  const { docking, tasks, logger, wake } = options;
  const { docker } = docking;
  const removing = new Set<string>();
  const closing = new AbortController();
  const images = createImages({
    docker,
    environment: options.environment,
    behavior: options.imagePullBehavior,
    pulled: options.pulledImages,
    locate: options.locateImage,
    logger,
  });
  const follower = createLogFollower({ docker, sink: options.logSink, logger });

  const save = (arn: TaskArn, observed: ObservedContainer): void => {
    // The engine repeats what it was given where it cannot use it.
    const error = observed.error === undefined ? {} : { error: options.inputs.redact(arn, observed.error) };
    const seen = { ...observed, ...error };
    const before = tasks.observed(arn).find(({ name }) => name === seen.name);
    if (!tasks.get(arn) || !supersedes(before, seen)) return;
    tasks.saveObserved(arn, seen);
    wake(arn);
  };

  /** With its ports as its definition has them, and those of the pause container as the others'. */
  const saveSeen = (arn: TaskArn, seen: ObservedContainer, address: TaskAddress): void => {
    const task = tasks.get(arn);
    const definition = task && options.taskDefinitions.getByArn(task.taskDefinitionArn)?.definition;
    save(arn, definition ? withTaskNetwork(seen, definition, address) : seen);
  };

  const saveGone = (arn: TaskArn, dockerId: string): void => {
    const before = tasks.observed(arn).find((container) => container.dockerId === dockerId);
    if (before && before.state !== 'gone') save(arn, { ...before, state: 'gone' });
  };

  const follow = ({ dockerId, taskArn, labels }: KnownContainer): void => {
    const taskScope = parseArn(taskArn)?.scope;
    const group = labels[LABELS.logGroup];
    if (!taskScope || group === undefined) return;
    const scope = { ...taskScope, region: labels[LABELS.logRegion] ?? taskScope.region };
    // Without a prefix the stream is named after the container. Source: ECS developer guide, awslogs-stream-prefix.
    const stream = labels[LABELS.logStream] ?? dockerId;
    const pattern = labels[LABELS.logPattern];
    const beginsEvent = pattern === undefined ? undefined : compileMultiline(pattern);
    follower.follow({ dockerId, target: { scope, group, stream, beginsEvent } });
  };

  const isMissing = (dockerId: string): Promise<boolean> =>
    docker
      .getContainer(dockerId)
      .inspect({ abortSignal: AbortSignal.any([closing.signal, AbortSignal.timeout(30_000)]) })
      .then(
        () => false,
        (error: unknown) => {
          if (engineStatus(error) === 404) return true;
          throw error;
        },
      );

  /** What the engine no longer has is gone; what nobody owns any more is removed. */
  const reconcile = async (containers: readonly KnownContainer[]): Promise<void> => {
    const present = new Set(containers.map(({ dockerId }) => dockerId));
    for (const arn of tasks.listUnfinished()) {
      for (const { dockerId, state } of tasks.observed(arn)) {
        // What was created since the list was taken is not on it.
        const isGone = !present.has(dockerId) && state !== 'gone' && (await isMissing(dockerId));
        if (isGone) saveGone(arn, dockerId);
      }
      wake(arn);
    }
    const orphans = new Set(
      containers
        .filter(({ taskArn }) => isOrphan(tasks.get(taskArn), options.removeContainers))
        .map(({ project }) => project),
    );
    for (const project of orphans) {
      logger.warn({ project }, `${project} belongs to no task any more; removing it`);
      await removeProject(docker, project, closing.signal);
    }
  };

  const observer = createObserver({
    docker,
    sidecarId: options.renderContext.sidecarId,
    logger,
    imageDigest: (imageId) => images.digest(imageId),
    onObserved: saveSeen,
    onContainer: follow,
    onGone(container) {
      if (!removing.has(container.project)) saveGone(container.taskArn, container.dockerId);
      void follower.forget(container.dockerId);
    },
    onSynced: reconcile,
  });

  const makeExecutor = async (): Promise<TaskExecutor> => {
    const [
      { createComposeExecutor },
      { createPauseImage },
      { createVolumePreparation },
      { createTaskImages },
    ] = await Promise.all([
      import('./executor.ts'),
      import('./pause-image.ts'),
      import('./prepare-volumes.ts'),
      import('./task-images.ts'),
    ]);
    return createComposeExecutor({
      docker,
      compose: docking.compose,
      // Two for each core keep both busy while Compose waits for the engine; each takes some 50 MB.
      composeSlots: createSemaphore(2 * availableParallelism()),
      images: createTaskImages({ images, pins: options.imagePins, logger }),
      inputs: options.inputs,
      pauseImage: createPauseImage(docker, docking.engine.platform),
      volumes: createVolumePreparation({ ...options, docker }),
      observer,
      follower,
      tasks,
      removing,
      renderContext: options.renderContext,
      dataDir: options.dataDir,
      overridesFolder: options.overridesFolder,
      removeContainers: options.removeContainers,
      logger,
    });
  };

  const serviceProjects = createServiceProjects(options);

  return {
    executor: loadedOnDemand(once(makeExecutor)),
    serviceProjects,
    metrics: createTaskMetrics(docker, tasks),
    facts: { docker, tasks, inputs: options.inputs, dataDir: options.dataDir },
    async start() {
      await removeStrayProjects(options.dataDir, tasks);
      await observer.start();
    },
    connected: () => observer.connected(),
    async close() {
      closing.abort();
      observer.close();
      await follower.close();
      await serviceProjects.settled();
    },
  };
}

/** Rendering and YAML are a fifth of all code, which is loaded with the first task. */
const loadedOnDemand = (load: () => Promise<TaskExecutor>): TaskExecutor => ({
  pull: async (...args) => (await load()).pull(...args),
  start: async (...args) => (await load()).start(...args),
  reload: async (...args) => (await load()).reload(...args),
  restart: async (...args) => (await load()).restart(...args),
  stop: async (...args) => (await load()).stop(...args),
  remove: async (...args) => (await load()).remove(...args),
  forget: async (...args) => (await load()).forget(...args),
});

/** A container whose task is not known any more, or is over although stopped tasks' containers are not kept. */
function isOrphan(task: Task | undefined, removeContainers: boolean): boolean {
  return task === undefined || (task.lastStatus === 'STOPPED' && removeContainers);
}

/** Deletes generated projects of tasks that the store does not know: they expired, or the database was lost. */
async function removeStrayProjects(dataDir: string, tasks: Pick<TaskStore, 'get'>): Promise<void> {
  const root = join(dataDir, 'projects');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^[0-9a-f]{32}$/.test(entry.name)) continue;
    const folder = join(entry.parentPath, entry.name);
    const [account = '', region = '', cluster = ''] = folder.slice(root.length + 1).split(/[/\\]/);
    const arn = `arn:aws:ecs:${region}:${account}:task/${cluster}/${entry.name}` as TaskArn;
    const task = tasks.get(arn);
    if (!task || projectFolder(dataDir, task) !== folder) await rm(folder, { recursive: true, force: true });
  }
}
