import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import type { ResolvedInputs, TaskSpec } from '../../model/ports.ts';
import type { OverriddenWatch } from '../../model/reload.ts';
import type { Task } from '../../model/task.ts';
import type { ComposeCli, ComposeRunOptions } from './compose-cli.ts';
import type { ComposeProject } from './interpolation.ts';
import { GENERATED, LAST, mergeOverrides, type Merge } from './merge-overrides.ts';
import { isExtra, LABELS, projectFolder } from './names.ts';
import { overriddenWatch, type WatchedService } from './overridden-watch.ts';
import { findOverrides } from './override-files.ts';
import { lastText, PROJECT_DIRECTORY_KEY } from './render-last.ts';
import { renderTask, type RenderContext } from './render.ts';
import { writeAtomically } from './write-atomically.ts';

/** The override files of a task as Compose gets them. */
export type Overrides = {
  /** Compose's options before the `-f` of the generated file, and behind it. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Containers that they add to those of the definition, by the names under which the sidecar knows them. */
  readonly extras: readonly string[];
};

/** Beside the Compose file of a task. */
export const OVERRIDES_FOLDER = 'overrides';

const NO_OVERRIDES: Overrides = { before: [], after: [], extras: [] };
const NOTHING_TAKEN: Taken = { services: new Map(), useImages: () => Promise.resolve() };

/** What the merged project has for a service; without an image it would be built. */
export type MergedService = {
  readonly image?: string;
  readonly platform?: string;
  readonly watch?: OverriddenWatch;
};

/** What was taken for a task. */
export type Taken = {
  /** The services of the merged project by their names; none where nothing is overridden. */
  readonly services: ReadonlyMap<string, MergedService>;
  /** Has Compose run local images in place of those that the overrides name. */
  readonly useImages: (images: ReadonlyMap<string, string>) => Promise<void>;
};

export type TaskOverrides = {
  /**
   * Takes the override files as they are now, for the whole life of a task of which nothing is started yet. Throws
   * ExecutorError `cannotInitialize` with Compose's words for files that cannot be merged.
   */
  take(spec: TaskSpec, inputs: ResolvedInputs, options: ComposeRunOptions): Promise<Taken>;
  /** What was taken for a task. What somebody deleted meanwhile is taken anew; throws as `take`. */
  of(spec: TaskSpec, inputs: ResolvedInputs, options: ComposeRunOptions): Promise<Overrides>;
};

export type TaskOverridesOptions = {
  /** ECS_COMPOSE_OVERRIDES, absolute; undefined: tasks that start now have no overrides. */
  readonly folder: string | undefined;
  readonly compose: Pick<ComposeCli, 'run'>;
  readonly renderContext: RenderContext;
  readonly dataDir: string;
  readonly logger: Logger;
};

/**
 * The user's override files. A task works on copies, so that all its containers are of one project, whatever is edited
 * meanwhile and whenever the sidecar dies. The copies lie beside its Compose file, all of them or none.
 */
export function createTaskOverrides(options: TaskOverridesOptions): TaskOverrides {
  const { folder, compose, renderContext, dataDir, logger } = options;

  const targetOf = (task: Task): string => overridesFolder(dataDir, task);

  /** Merges copies of the files in `draft`, and leaves there what `up` needs of them. */
  const merge = async (
    { task, definition }: TaskSpec,
    inputs: ResolvedInputs,
    where: Pick<Merge, 'draft' | 'sources' | 'projectDirectory'>,
    runOptions: ComposeRunOptions,
  ): Promise<Taken> => {
    const project = renderTask(task, definition, renderContext, inputs);
    const all = { ...where, compose, task, definition, project, context: renderContext };
    const services = readServices(await mergeOverrides({ ...all, format: 'json' }, runOptions), project);
    const extras = [...services.keys()].filter((name) => project.services?.[name] === undefined);
    const last = { ...all, extras };
    await writeFile(join(where.draft, LAST), lastText(last));
    await rm(join(where.draft, GENERATED));
    logger.info({ task: task.arn, extras }, `override files of the task: ${where.sources.join(', ')}`);
    return {
      services,
      useImages: (images) =>
        images.size === 0
          ? Promise.resolve()
          : writeAtomically(join(targetOf(task), LAST), lastText({ ...last, images })),
    };
  };

  const take: TaskOverrides['take'] = async (spec, inputs, runOptions) => {
    const target = targetOf(spec.task);
    await rm(target, { recursive: true, force: true });
    if (folder === undefined) return NOTHING_TAKEN;
    const draft = `${target}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    try {
      const sources = await findOverrides(folder, spec.task);
      const found = { draft, sources, projectDirectory: folder };
      const taken = sources.length === 0 ? NOTHING_TAKEN : await merge(spec, inputs, found, runOptions);
      await rename(draft, target);
      return taken;
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  };

  return {
    take,
    async of(spec, inputs, runOptions) {
      const target = targetOf(spec.task);
      if (folder !== undefined && (await list(target)) === undefined) await take(spec, inputs, runOptions);
      return readOverrides(dataDir, spec.task);
    },
  };
}

const overridesFolder = (dataDir: string, task: Task): string =>
  join(projectFolder(dataDir, task), OVERRIDES_FOLDER);

const list = (folder: string): Promise<string[] | undefined> => readdir(folder).catch(() => undefined);

/** Names of the copies that a task works on, in the order in which Compose merges them. */
export async function overrideFiles(dataDir: string, task: Task): Promise<string[]> {
  const taken = (await list(overridesFolder(dataDir, task))) ?? [];
  const files = taken.filter((name) => name !== LAST).sort();
  return files.length === 0 ? [] : [...files, LAST];
}

/** What was taken for a task; nothing is taken now. */
export async function readOverrides(dataDir: string, task: Task): Promise<Overrides> {
  const target = overridesFolder(dataDir, task);
  const files = await overrideFiles(dataDir, task);
  if (files.length === 0) return NO_OVERRIDES;
  const { projectDirectory, extras } = readLast(await readFile(join(target, LAST), 'utf8'));
  return {
    before: ['--project-directory', projectDirectory],
    after: files.flatMap((file) => ['-f', join(target, file)]),
    extras,
  };
}

/** Of what Compose prints only this is looked at: the rest may hold secrets. */
function readServices(json: string, project: ComposeProject): Map<string, MergedService> {
  const { services = {} } = JSON.parse(json) as { services?: Record<string, PrintedService> };
  return new Map(
    Object.entries(services).map(([name, service]) => {
      const { image, platform } = service;
      const watch = overriddenWatch(project.services?.[name] ?? {}, service);
      return [
        name,
        {
          ...(image !== undefined && { image }),
          ...(platform !== undefined && { platform }),
          ...(watch && { watch }),
        },
      ];
    }),
  );
}

type PrintedService = WatchedService & { readonly image?: string; readonly platform?: string };

function readLast(text: string): { projectDirectory: string; extras: string[] } {
  const { [PROJECT_DIRECTORY_KEY]: projectDirectory, services = {} } = parse(text) as {
    [PROJECT_DIRECTORY_KEY]: string;
    services?: Record<string, { labels: Record<string, string> }>;
  };
  const names = Object.values(services).map(({ labels }) => labels[LABELS.containerName] ?? '');
  // Written for Compose, which takes `$$` for one `$`.
  return { projectDirectory: projectDirectory.replaceAll('$$', '$'), extras: names.filter(isExtra) };
}
