import type Docker from 'dockerode';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';

/**
 * Starts a container that has ended again, as it is, so that its output goes on where it ended. Nothing is done when it
 * runs, is gone, or has had a life since the one that began at `ofLifeMs`: then this restart was done before a crash.
 * Throws ExecutorError `cannotStart`, or `unavailable` when the engine does not answer.
 */
export async function restartContainer(
  docker: Docker,
  { dockerId, name, ofLifeMs }: { dockerId: string; name: string; ofLifeMs: number },
  signal: AbortSignal,
): Promise<void> {
  const container = docker.getContainer(dockerId);
  try {
    const { State: state } = await container.inspect({ abortSignal: signal });
    if (state.Running || new Date(state.StartedAt).getTime() !== ofLifeMs) return;
    await container.start({ abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    const status = engineStatus(error);
    if (status === 304 || status === 404) return; // runs already, or gone: an event will tell
    const kind = status === undefined ? 'unavailable' : 'cannotStart';
    throw new ExecutorError(kind, engineMessage(error), { container: name, cause: error });
  }
}
