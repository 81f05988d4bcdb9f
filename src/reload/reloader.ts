import { posix } from 'node:path';
import type { Logger } from 'pino';
import { createDebounce, type Debounce } from '../lib/debounce.ts';
import { serviceArn, type ServiceArn, type TaskArn } from '../model/arn.ts';
import { dependenciesOf } from '../model/container-dependencies.ts';
import { effectiveDefinition } from '../model/effective-definition.ts';
import type { EcsStore } from '../model/ports.ts';
import { NAMED_FILES, parseReloadAction, printFiles, requestReload, type Mount } from '../model/reload.ts';
import { primaryOf, serviceOfTask } from '../model/service.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model/task.ts';
import type { TreeWatcher } from '../model/watch.ts';
import { createLoopGuard, type LoopGuard } from './guard.ts';
import type { Ignores } from './ignores.ts';
import { relativeTo, watchedContainers, type WatchedContainer } from './match.ts';

export type Reloader = {
  /** A task was saved: what it mounts is watched while it runs. */
  taskSaved(task: Task): void;
  /** Watches for the tasks that run already. */
  start(): void;
  close(): Promise<void>;
};

export type ReloaderOptions = {
  readonly store: EcsStore;
  /** ECS_HOT_RELOAD. */
  readonly defaultAction: string;
  /** Mounts that every container has by ECS_DOCKER_FLAGS. */
  readonly flagMounts: readonly Mount[];
  /** What watches host paths. */
  readonly createWatcher: (onChange: (watched: string, changed: readonly string[]) => void) => TreeWatcher;
  readonly wakeTask: (arn: TaskArn) => void;
  /** Begins a new deployment of a service, as UpdateService with forceNewDeployment does. */
  readonly replaceService: (arn: ServiceArn) => void | Promise<void>;
  /** Writes a line into the log stream of a container, where it has one. */
  readonly tell: (task: Task, definition: AwsTaskDefinition, container: string, line: string) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
};

/** From so many files on it is a build or a checkout, which makes pauses. */
const MANY_FILES = 8;
const MANY_FILES_QUIET_MS = 700;
/** A folder that never becomes quiet is not waited for any longer. */
const BOUND_MS = 15_000;

type WatchedTask = {
  readonly containers: readonly ContainerWatch[];
  /** Whether what override files do to its mounts and labels was known. */
  readonly isOverridden: boolean;
  readonly close: () => void;
};

const isOverridden = ({ overriddenWatch }: Task): boolean => overriddenWatch !== undefined;

type ContainerWatch = {
  readonly settings: WatchedContainer;
  /** By host path; read anew when a folder's own rules change. */
  readonly ignores: Map<string, Promise<Ignores>>;
  readonly changed: Debounce<string>;
  readonly guard: LoopGuard;
  /** When the last change was noticed. */
  noticedMs: number;
  /** Whether changes wait for its program to be started. */
  isWaiting: boolean;
};

/** Watches what running tasks mount and reloads their containers when it changes. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { store, logger, now } = options;
  const tasks = new Map<TaskArn, WatchedTask>();
  /** Which tasks' containers look at a host path. */
  const paths = new Map<
    string,
    { readonly watching: { close(): void }; readonly containers: Set<ContainerWatch> }
  >();
  /** Reloads whose outcome was told, so that each is told once. */
  const told = new Map<TaskArn, Task['reloads']>();

  const onChange = (hostPath: string, changed: readonly string[]): void => {
    for (const container of paths.get(hostPath)?.containers ?? [])
      void gather(container, hostPath, changed).catch((error: unknown) => {
        logger.error({ err: error, path: hostPath }, 'a change of files could not be followed up');
      });
  };
  const watcher = options.createWatcher(onChange);

  const gather = async (
    watch: ContainerWatch,
    hostPath: string,
    changed: readonly string[],
  ): Promise<void> => {
    const { settings, ignores, changed: gathered } = watch;
    const noticedMs = now().getTime();
    const relative = changed.flatMap((path) => relativeTo(hostPath, path) ?? []);
    if (relative.some((path) => path === '.gitignore' || path === '.dockerignore')) ignores.delete(hostPath);
    if (!ignores.has(hostPath))
      ignores.set(
        hostPath,
        Promise.all([watcher.ignoreFiles(hostPath), import('./ignores.ts')]).then(
          ([files, { createIgnores }]) => createIgnores(files, settings.ignored),
        ),
      );
    const isIgnored = await ignores.get(hostPath);
    const mounts = settings.mounts.filter((mount) => mount.hostPath === hostPath);
    const counting = relative.filter((path) => isIgnored?.(path) !== true);
    if (counting.length > 0) watch.noticedMs = Math.max(watch.noticedMs, noticedMs);
    gathered.add(counting.flatMap((path) => mounts.map((mount) => posix.join(mount.containerPath, path))));
  };

  const reload = (arn: TaskArn, watch: ContainerWatch, changed: readonly string[]): void => {
    const task = store.tasks.get(arn);
    const definition = task && definitionOf(task);
    if (task?.desiredStatus !== 'RUNNING' || !definition) return;
    const container = task.containers.find(({ name: one }) => one === watch.settings.name);
    if (!container || container.neverStarts) return;
    if (container.lastStatus === 'PENDING' || isAwaitedJob(task, definition, container.name)) {
      // Its program may have been read already; it is reloaded once it runs.
      watch.isWaiting = true;
      watch.changed.add(changed);
      return;
    }
    const wasRead = watch.isWaiting && watch.noticedMs < (container.startedAtMs ?? 0);
    watch.isWaiting = false;
    if (wasRead) return;
    const { name, action } = watch.settings;
    const files = withoutLoops(task, definition, watch, changed);
    if (files.length === 0) return;
    const kind = parseReloadAction(action)?.kind;
    const service = serviceArnOf(task);
    if (kind === 'replace' && service && !hasFixedPort(definition)) {
      replace(service, files);
      return;
    }
    if (kind === 'replace' && service)
      logger.info(
        { task: arn },
        `${name}: a fixed host port lets only one task live, so it is restarted, not replaced`,
      );
    const chosen = kind === 'replace' ? 'restart' : action;
    save(task, definition, watch.settings, chosen, files);
  };

  const save = (
    before: Task,
    definition: AwsTaskDefinition,
    { name, holds }: WatchedContainer,
    action: string,
    files: readonly string[],
  ): void => {
    const request = { id: options.newId(), action, files, holds, requestedAtMs: now().getTime() };
    const task = requestReload(before, name, request);
    const line = `reload (${action}): ${printFiles({ files: files.slice(0, NAMED_FILES), fileCount: files.length })} changed`;
    store.transaction(() => {
      store.tasks.put(task);
      const service = serviceArnOf(task);
      if (service)
        store.services.addEvents(service, [
          {
            id: options.newId(),
            createdAt: now(),
            message: `(service ${serviceOfTask(task) ?? ''}) (task ${task.id}) (container ${name}) ${line}.`,
          },
        ]);
    });
    logger.info({ task: task.arn }, `${name}: ${line}`);
    options.tell(task, definition, name, line);
    options.wakeTask(task.arn);
  };

  /** Every task of the service sees the change; the first one is enough. */
  const replace = (arn: ServiceArn, files: readonly string[]): void => {
    const service = store.services.get(arn);
    const primary = service && primaryOf(service);
    const sinceMs = primary ? now().getTime() - primary.createdAt.getTime() : 0;
    if (!service || sinceMs < MANY_FILES_QUIET_MS) return;
    const fileCount = files.length;
    const message = `(service ${service.name}) reload (replace): ${printFiles({ files: files.slice(0, NAMED_FILES), fileCount })} changed.`;
    store.services.addEvents(arn, [{ id: options.newId(), createdAt: now(), message }]);
    logger.info({ service: arn }, message);
    Promise.resolve(options.replaceService(arn)).catch((error: unknown) => {
      logger.warn({ err: error, service: arn }, 'the tasks of a service could not be replaced');
    });
  };

  /** What the container writes itself does not count; it can not be where the mount is read-only. */
  const withoutLoops = (
    task: Task,
    definition: AwsTaskDefinition,
    { settings, guard }: ContainerWatch,
    changed: readonly string[],
  ): string[] => {
    const nowMs = now().getTime();
    return changed.filter((path) => {
      const isReadOnly = settings.mounts.some(
        ({ containerPath, readOnly }) => readOnly && relativeTo(containerPath, path) !== undefined,
      );
      if (isReadOnly) return true;
      const verdict = guard.judge(path, nowMs);
      if (verdict === 'pausedNow') {
        const line =
          `${path} changes after every reload, so the container seems to write it itself: it is left alone until it is ` +
          'quiet for half a minute. To ignore it for good, name it in the label ecsidecar.reload.ignore.';
        logger.warn({ task: task.arn }, `${settings.name}: ${line}`);
        options.tell(task, definition, settings.name, line);
      }
      return verdict === 'counts';
    });
  };

  const definitionOf = (task: Task): AwsTaskDefinition | undefined => {
    const stored = store.taskDefinitions.getByArn(task.taskDefinitionArn);
    return stored && effectiveDefinition(stored.definition, task.overrides);
  };

  const watchTask = (task: Task): void => {
    const definition = definitionOf(task);
    if (!definition) return;
    const { containers: settings, problems } = watchedContainers(definition, options, task.overriddenWatch);
    for (const problem of problems) logger.warn({ task: task.arn }, problem);
    const containers = settings.map((one): ContainerWatch => {
      const watch: ContainerWatch = {
        settings: one,
        ignores: new Map(),
        guard: createLoopGuard(),
        noticedMs: 0,
        isWaiting: false,
        changed: createDebounce<string>({
          quietMs: (count) => Math.max(one.quietMs, count > MANY_FILES ? MANY_FILES_QUIET_MS : 0),
          boundMs: BOUND_MS,
          onReady: (changed) => {
            try {
              reload(task.arn, watch, [...changed]);
            } catch (error) {
              logger.error({ err: error, task: task.arn }, 'a reload could not be saved');
            }
          },
        }),
      };
      return watch;
    });
    for (const container of containers)
      for (const { hostPath } of container.settings.mounts) look(hostPath, container);
    tasks.set(task.arn, {
      containers,
      isOverridden: isOverridden(task),
      close() {
        for (const container of containers) {
          container.changed.close();
          for (const { hostPath } of container.settings.mounts) lookAway(hostPath, container);
        }
      },
    });
  };

  const look = (hostPath: string, container: ContainerWatch): void => {
    const known = paths.get(hostPath);
    if (known) known.containers.add(container);
    else paths.set(hostPath, { watching: watcher.watch(hostPath), containers: new Set([container]) });
  };

  const lookAway = (hostPath: string, container: ContainerWatch): void => {
    const known = paths.get(hostPath);
    known?.containers.delete(container);
    if (known?.containers.size !== 0) return;
    known.watching.close();
    paths.delete(hostPath);
  };

  /** Says what became of reloads, and tells the guards of them. */
  const tellOutcome = (task: Task): void => {
    const before = told.get(task.arn);
    if (task.reloads === before) return;
    told.set(task.arn, task.reloads);
    const definition = definitionOf(task);
    for (const [name, reload] of Object.entries(task.reloads ?? {})) {
      const known = before?.[name];
      if (!definition || (known?.id === reload.id && known.status === reload.status)) continue;
      const { status, doneAtMs = 0, requestedAtMs, reason } = reload;
      if (status === 'PENDING') continue;
      const watch = tasks.get(task.arn)?.containers.find(({ settings }) => settings.name === name);
      if (status === 'DONE') watch?.guard.reloaded(doneAtMs);
      if (status === 'DONE' && reason === undefined) {
        logger.info({ task: task.arn }, `${name}: reloaded in ${doneAtMs - requestedAtMs} ms`);
        continue;
      }
      const line =
        status === 'HELD'
          ? `held: ${reason ?? ''}. It waits for the next save.`
          : `the reload did not go well: ${reason ?? ''}`;
      logger.warn({ task: task.arn }, `${name}: ${line}`);
      options.tell(task, definition, name, line);
    }
  };

  return {
    taskSaved(task) {
      tellOutcome(task);
      const watched = tasks.get(task.arn);
      // From before its program is read.
      if (task.desiredStatus === 'RUNNING') {
        if (watched?.isOverridden === isOverridden(task) || task.lastStatus === 'PROVISIONING') return;
        watched?.close();
        watchTask(task);
        return;
      }
      watched?.close();
      tasks.delete(task.arn);
      told.delete(task.arn);
    },
    start() {
      for (const arn of store.tasks.listUnfinished()) {
        const task = store.tasks.get(arn);
        if (!task) continue;
        told.set(arn, task.reloads);
        this.taskSaved(task);
      }
    },
    async close() {
      for (const { close } of tasks.values()) close();
      tasks.clear();
      await watcher.close();
    },
  };
}

/** The service of a task, as it stands in its group. */
function serviceArnOf(task: Task): ServiceArn | undefined {
  const name = serviceOfTask(task);
  return name === undefined ? undefined : serviceArn(task.scope, task.clusterName, name);
}

/** Two tasks of such a definition cannot run at the same time. */
const hasFixedPort = ({ containerDefinitions = [], networkMode }: AwsTaskDefinition): boolean =>
  containerDefinitions.some(({ portMappings = [] }) =>
    portMappings.some(
      ({ hostPort }) => networkMode === 'host' || (networkMode !== 'awsvpc' && Boolean(hostPort)),
    ),
  );

/** Whether others still wait for the end of a container: what such a job writes into its mounts is its work. */
function isAwaitedJob(task: Task, { containerDefinitions = [] }: AwsTaskDefinition, name: string): boolean {
  if (task.lastStatus === 'RUNNING') return false;
  return containerDefinitions
    .flatMap(dependenciesOf)
    .some(
      ({ container, condition }) =>
        container === name && (condition === 'COMPLETE' || condition === 'SUCCESS'),
    );
}
