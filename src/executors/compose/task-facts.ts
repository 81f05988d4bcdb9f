import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { parse } from 'yaml';
import type { ContainerFacts, EnvironmentVariable, TaskProject } from '../../model/console-ports.ts';
import { PAUSE_CONTAINER } from '../../model/pause-container.ts';
import type { TaskInputs, TaskStore } from '../../model/ports.ts';
import type { Task } from '../../model/task.ts';
import { engineStatus } from './engine.ts';
import { isExtra, projectFolder, serviceKey } from './names.ts';
import { overrideFiles, OVERRIDES_FOLDER, readOverrides } from './overrides.ts';
import { shellWord } from './task-volumes.ts';
import { PROJECT_FILE, runByHand } from './task-project.ts';

export type TaskFactsOptions = {
  readonly docker: Docker;
  readonly tasks: Pick<TaskStore, 'get' | 'observed'>;
  readonly inputs: Pick<TaskInputs, 'redact'>;
  readonly dataDir: string;
};

/** The generated project of a task and the copies of override files, as they lie there; undefined before and after. */
export async function readProject(dataDir: string, task: Task): Promise<TaskProject | undefined> {
  const folder = projectFolder(dataDir, task);
  const path = join(folder, PROJECT_FILE);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const overrides = await readOverrides(dataDir, task);
  const names = await overrideFiles(dataDir, task);
  const further = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, OVERRIDES_FOLDER, name);
      return { name: `${OVERRIDES_FOLDER}/${name}`, path: file, text: (await readIfThere(file)) ?? '' };
    }),
  );
  const command = ['docker', 'compose', ...runByHand(path, overrides), 'up'];
  return {
    folder,
    command: command.map(shellWord).join(' '),
    files: [{ name: PROJECT_FILE, path, text }, ...further],
  };
}

/**
 * What the engine and the generated files tell of a task's containers. No value is among them that was fetched for the
 * task: shown is what stands in the Compose file or in the image, and of all other variables the name.
 */
export async function readContainers(options: TaskFactsOptions, task: Task): Promise<ContainerFacts[]> {
  const written = writtenEnvironments(
    (await readIfThere(join(projectFolder(options.dataDir, task), PROJECT_FILE))) ?? '',
  );
  const observed = options.tasks.observed(task.arn);
  return Promise.all(
    observed.map(async ({ name, dockerId }): Promise<ContainerFacts> => {
      const inFile = written.get(serviceKey(name)) ?? [];
      const common = {
        name: serviceKey(name),
        kind: isExtra(name) ? 'override' : name === PAUSE_CONTAINER ? 'pause' : 'defined',
      } as const;
      const inspected = await inspect(options.docker, dockerId);
      if (!inspected) return { ...common, environment: inFile };
      const ofImage = await imageEnvironment(options.docker, inspected.Image);
      return {
        ...common,
        environment: runningEnvironment(inFile, inspected.Config.Env, ofImage),
        engine: engineFacts(inspected, (text) => options.inputs.redact(task.arn, text)),
      };
    }),
  );
}

const readIfThere = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });

async function inspect(docker: Docker, dockerId: string): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(dockerId).inspect({ abortSignal: AbortSignal.timeout(10_000) });
  } catch (error) {
    if (engineStatus(error) === 404) return undefined;
    throw error;
  }
}

async function imageEnvironment(docker: Docker, imageId: string): Promise<ReadonlySet<string>> {
  const image = await docker
    .getImage(imageId)
    .inspect()
    .catch(() => undefined);
  return new Set((image?.Config.Env as string[] | null | undefined) ?? []);
}

/** The variables of each service as the Compose file has them; those that Compose is given a value for are without. */
function writtenEnvironments(text: string): Map<string, EnvironmentVariable[]> {
  const { services = {} } = (parse(text) ?? {}) as {
    services?: Record<string, { environment?: Record<string, string> }>;
  };
  return new Map(
    Object.entries(services).map(([service, { environment = {} }]) => [
      service,
      Object.entries(environment).map(([name, value]) =>
        // Our variables; a definition's own text has its `$` doubled.
        /^\$\{\w+\}$/.test(value) ? { name } : { name, value: value.replaceAll('$$', '$') },
      ),
    ]),
  );
}

/**
 * The variables that a container has. Of those whose values are in neither the Compose file nor the image it tells the
 * names alone: they may come from anywhere, from a secret too.
 */
function runningEnvironment(
  written: readonly EnvironmentVariable[],
  running: readonly string[],
  ofImage: ReadonlySet<string>,
): EnvironmentVariable[] {
  const inFile = new Map(written.map(({ name, value }) => [name, value]));
  return running.map((text) => {
    const [, name = '', value = ''] = /^([^=]+)=?([^]*)$/.exec(text) ?? [];
    return inFile.get(name) === value || ofImage.has(text) ? { name, value } : { name };
  });
}

function engineFacts(
  { Id, Name, Image, Config, Mounts, State }: Docker.ContainerInspectInfo,
  redact: (text: string) => string,
): NonNullable<ContainerFacts['engine']> {
  const words = (value: unknown): string[] =>
    (Array.isArray(value) ? value : value ? [value] : []).map((word) => redact(String(word)));
  return {
    dockerId: Id,
    dockerName: Name.replace(/^\//, ''),
    image: Config.Image,
    imageId: Image,
    entryPoint: words(Config.Entrypoint),
    command: words(Config.Cmd),
    mounts: Mounts.map(({ Name: volume, Source, Destination, RW }) => ({
      hostPath: Source,
      ...(volume !== undefined && volume !== '' && { volume }),
      containerPath: Destination,
      readOnly: !RW,
    })),
    healthLog: (State.Health?.Log ?? []).map(({ Start, ExitCode, Output }) => ({
      startedAt: Start,
      exitCode: ExitCode,
      output: redact(Output),
    })),
    labels: Object.fromEntries(
      Object.entries(Config.Labels).filter(([name]) => !name.startsWith('com.docker.compose.')),
    ),
  };
}
