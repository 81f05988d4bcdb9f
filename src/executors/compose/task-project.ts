import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Logger } from 'pino';
import { isWithin } from '../../lib/is-within.ts';
import type { TaskArn } from '../../model/arn.ts';
import type { ResolvedInputs, TaskSpec } from '../../model/ports.ts';
import type { Task } from '../../model/task.ts';
import { isFree } from './free-ports.ts';
import {
  chooseHostPorts,
  portRanges,
  portsToPin,
  readHostPorts,
  sharedPorts,
  withHostPorts,
  type HostPorts,
  type PortRanges,
} from './host-ports.ts';
import type { ComposeProject } from './interpolation.ts';
import { projectFolder } from './names.ts';
import type { Overrides } from './overrides.ts';
import { isInContainer } from './own-container.ts';
import { composeText, notActedOn, renderTask, taskHead, type RenderContext } from './render.ts';
import { writeAtomically } from './write-atomically.ts';

export type TaskProjects = {
  /** Writes the Compose file of a task. Host ports that it had stay, but for those in `moved`. */
  write(
    spec: TaskSpec,
    inputs: ResolvedInputs,
    moved: HostPorts,
    overrides: Overrides,
  ): Promise<WrittenProject>;
  /** Says that a task is over, so that others may have its host ports. */
  release(task: Task): void;
};

/** In the folder of a task's project. */
export const PROJECT_FILE = 'compose.yaml';

export type WrittenProject = {
  readonly path: string;
  readonly specification: ComposeProject;
  readonly ranges: PortRanges;
};

/** The generated projects of tasks, below the data folder. */
export function createTaskProjects({
  renderContext,
  dataDir,
  logger,
}: {
  readonly renderContext: RenderContext;
  readonly dataDir: string;
  readonly logger: Logger;
}): TaskProjects {
  /** Paths on the host cannot be seen from a container. */
  const mayLook = !isInContainer();

  const sayMissing = ({ task, definition }: TaskSpec): void => {
    for (const { host } of definition.volumes ?? []) {
      const path = host?.sourcePath;
      // The engine makes it, as root, when the container is created; we only say so.
      if (mayLook && path && !existsSync(path))
        logger.info({ task: task.arn }, `host path ${path} does not exist, Docker makes it`);
    }
    for (const field of notActedOn(definition))
      logger.warn({ task: task.arn }, `accepted and not acted on: ${field}`);
  };

  /** Host ports by the tasks that are to have them, from the choice on and not only once the engine has them. */
  const taken = new Map<string, TaskArn>();

  /** Of the ports that are as good at another number, those whose own one is somebody else's. */
  const takenPorts = async (specification: ComposeProject, known: HostPorts): Promise<string[]> => {
    const asked = sharedPorts(specification).filter(({ key }) => !known.has(key));
    const found = await Promise.all(
      asked.map(async ({ key, hostPort }) => {
        const [port, protocol = 'tcp'] = hostPort.split('/');
        return !taken.has(hostPort) && (await isFree(Number(port), protocol)) ? [] : [key];
      }),
    );
    return found.flat();
  };

  const pathOf = (task: Task): string => join(projectFolder(dataDir, task), PROJECT_FILE);

  return {
    async write(spec, inputs, moved, overrides) {
      const { task, definition } = spec;
      const path = pathOf(task);
      const rendered = renderTask(task, definition, renderContext, inputs);
      const written = readHostPorts(await readFile(path, 'utf8').catch(() => ''));
      if (written.size === 0 && moved.size === 0) sayMissing(spec);
      const ports = new Map([...written, ...moved]);
      const ranges = portRanges(rendered, definition);
      const loose = definition.networkMode === 'awsvpc' ? [] : ranges.flat();
      const toChoose = [
        ...loose,
        ...portsToPin(rendered, Object.keys(task.overriddenWatch ?? {})),
        ...(await takenPorts(rendered, ports)),
      ];
      const chosen = await chooseHostPorts(
        toChoose.filter((key) => !ports.has(key)),
        ranges,
      );
      for (const [key, port] of chosen) ports.set(key, port);
      const specification = withHostPorts(rendered, ports);
      for (const { hostPort } of sharedPorts(specification)) taken.set(hostPort, task.arn);
      const head = taskHead(task, definition, renderContext);
      const composeOptions = runByHand(path, overrides);
      await writeAtomically(path, composeText(specification, { ...head, composeOptions }));
      return { path, specification, ranges };
    },
    release({ arn }) {
      for (const [hostPort, holder] of taken) if (holder === arn) taken.delete(hostPort);
    },
  };
}

/** What who runs the project by hand, in the folder of its file, has to tell Compose. */
export function runByHand(path: string, { before, after }: Overrides): string[] {
  if (after.length === 0) return [];
  const inFolder = (text: string): string =>
    isWithin(dirname(path), text) ? relative(dirname(path), text) : text;
  return [...before, '-f', PROJECT_FILE, ...after].map(inFolder);
}
