import type Docker from 'dockerode';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';

/**
 * Removes containers (with their anonymous volumes), volumes and networks of a project, by Compose's labels. Volumes and
 * networks of a name of their own (override files may have such) stay while containers of other projects use them.
 */
export async function removeProject(docker: Docker, project: string, signal: AbortSignal): Promise<void> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  try {
    const containers = await docker.listContainers({ all: true, filters, abortSignal: signal });
    await Promise.all(
      containers.map(({ Id }) =>
        ignoreMissing(docker.getContainer(Id).remove({ force: true, v: true, abortSignal: signal })),
      ),
    );
    const { Volumes: volumes } = await docker.listVolumes({ filters });
    await Promise.all(
      volumes.map(async ({ Name }) => {
        const users = { all: true, filters: { volume: [Name] }, abortSignal: signal };
        if (await hasOthers(docker, users, project)) return;
        await ignoreMissing(docker.getVolume(Name).remove({ abortSignal: signal }));
      }),
    );
    const networks = await docker.listNetworks({ filters });
    await Promise.all(
      networks.map(async ({ Id }) => {
        const users = { all: true, filters: { network: [Id] }, abortSignal: signal };
        if (await hasOthers(docker, users, project)) return;
        await ignoreMissing(docker.getNetwork(Id).remove({ abortSignal: signal }));
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new ExecutorError('unavailable', `${project} could not be removed: ${engineMessage(error)}`, {
      cause: error,
    });
  }
}

/** Whether containers of other projects, or of none, are among these. */
async function hasOthers(
  docker: Docker,
  users: Docker.ContainerListOptions,
  project: string,
): Promise<boolean> {
  const containers = await docker.listContainers(users);
  return containers.some(({ Labels }) => Labels['com.docker.compose.project'] !== project);
}

/** 404: somebody removed it; 409: its removal is under way. */
async function ignoreMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = engineStatus(error);
    if (status !== 404 && !(status === 409 && /already in progress/.test(engineMessage(error)))) throw error;
  }
}
