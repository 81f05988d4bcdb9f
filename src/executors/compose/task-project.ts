import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ResolvedInputs, TaskSpec } from '../../model/ports.ts';
import type { Task } from '../../model/task.ts';
import { freePort, portsToPin, readHostPorts, withHostPorts, type HostPorts } from './host-ports.ts';
import type { ComposeProject } from './interpolation.ts';
import { projectFolder } from './names.ts';
import { isInContainer } from './own-container.ts';
import { composeText, notActedOn, renderTask, taskHead, type RenderContext } from './render.ts';
import { writeAtomically } from './write-atomically.ts';

export type TaskProjects = {
  /** Writes the Compose file of a task. Host ports that it had stay, but for those in `moved`. */
  write(
    spec: TaskSpec,
    inputs: ResolvedInputs,
    moved: HostPorts,
  ): Promise<{ path: string; specification: ComposeProject }>;
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

  const pathOf = (task: Task): string => join(projectFolder(dataDir, task), 'compose.yaml');

  return {
    async write(spec, inputs, moved) {
      const { task, definition } = spec;
      const path = pathOf(task);
      const rendered = renderTask(task, definition, renderContext, inputs);
      const written = readHostPorts(await readFile(path, 'utf8').catch(() => ''));
      if (written.size === 0 && moved.size === 0) sayMissing(spec);
      const ports = new Map([...written, ...moved]);
      for (const key of portsToPin(rendered)) if (!ports.has(key)) ports.set(key, await freePort());
      const specification = withHostPorts(rendered, ports);
      await writeAtomically(path, composeText(specification, taskHead(task, definition, renderContext)));
      return { path, specification };
    },
  };
}
