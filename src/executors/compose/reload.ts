import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import { ExecutorError, type TaskExecutor, type TaskSpec } from '../../model/ports.ts';
import { engineMessage, engineStatus } from './engine.ts';

/** Between the stop signal and SIGKILL: a save is to be seen at once, and what runs here is worth little. */
const GRACE_MS = 1000;
const EXEC_DEADLINE_MS = 60_000;

export type ReloadOptions = {
  readonly docker: Docker;
  /** The container's id in the engine; undefined when it is gone. */
  readonly dockerIdOf: (spec: TaskSpec, container: string) => string | undefined;
  /** Makes the container anew from the task's project. Throws ExecutorError. */
  readonly recreate: (spec: TaskSpec, container: string, signal: AbortSignal) => Promise<void>;
};

/** Carries out what is to happen to one container when its mounted files change. */
export function createReload({ docker, dockerIdOf, recreate }: ReloadOptions): TaskExecutor['reload'] {
  return async (spec, name, action, signal) => {
    const dockerId = dockerIdOf(spec, name);
    if (dockerId === undefined || action.kind === 'recreate') {
      await recreate(spec, name, signal);
      return;
    }
    const container = docker.getContainer(dockerId);
    try {
      switch (action.kind) {
        case 'restart':
          await restart(container, signal);
          return;
        case 'signal':
          await signalOrStart(container, action.signal, signal);
          return;
        case 'exec':
          await execute(container, action.command, signal);
          return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ExecutorError) throw error;
      const status = engineStatus(error);
      if (status === 404) {
        await recreate(spec, name, signal);
        return;
      }
      // What the engine refuses is the container's fault; what does not answer is not.
      throw new ExecutorError(status === undefined ? 'unavailable' : 'cannotStart', engineMessage(error), {
        container: name,
        cause: error,
      });
    }
  };
}

/** The stop signal, a short grace for a program that has a handler for it, and a start. */
async function restart(container: Docker.Container, signal: AbortSignal): Promise<void> {
  const { State: state, Config: config } = await container.inspect({ abortSignal: signal });
  const stopSignal = (config as { StopSignal?: string }).StopSignal ?? 'SIGTERM';
  if (state.Running && (await mayHandle(state.Pid, container.id, stopSignal))) {
    const ended = container.wait({ condition: 'not-running', abortSignal: signal }).catch(() => undefined);
    await ignoreStopped(container.kill({ signal: stopSignal, abortSignal: signal }));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())]);
  }
  await container.restart({ t: 0, abortSignal: signal });
}

/** Numbers of the signals that images ask to be stopped with. Source: signal(7), Linux. */
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGWINCH: 28,
};

/**
 * The kernel drops a signal for which the first process of a container has no handler, so there is nothing to wait for.
 * Where its status cannot be read (the engine is elsewhere, or we are in a container ourselves) it may have one.
 * Source: pid_namespaces(7); proc(5), SigCgt.
 */
async function mayHandle(pid: number, dockerId: string, stopSignal: string): Promise<boolean> {
  const number = SIGNAL_NUMBERS[stopSignal];
  if (number === undefined) return true;
  try {
    const [status, cgroup] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cgroup`, 'utf8'),
    ]);
    // Another process of that number, in our own namespace, says nothing of the container's.
    if (!cgroup.includes(dockerId)) return true;
    const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
    return (caught & (1n << BigInt(number - 1))) !== 0n;
  } catch {
    return true;
  }
}

/** A container that is held has nobody to hear a signal. */
async function signalOrStart(container: Docker.Container, name: string, signal: AbortSignal): Promise<void> {
  const { State: state } = await container.inspect({ abortSignal: signal });
  if (state.Running) await container.kill({ signal: name, abortSignal: signal });
  else await container.start({ abortSignal: signal });
}

async function execute(
  container: Docker.Container,
  command: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { State: state } = await container.inspect({ abortSignal: signal });
  if (!state.Running) {
    await container.start({ abortSignal: signal });
    return;
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(EXEC_DEADLINE_MS)]);
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    abortSignal: deadline,
  });
  const stream = await exec.start({ abortSignal: deadline });
  // Its end is the command's; what it prints is nobody's.
  await new Promise((resolve, reject) => {
    stream.on('end', resolve).on('close', resolve).on('error', reject).resume();
  });
  const { ExitCode: exitCode } = await exec.inspect({ abortSignal: deadline });
  if (exitCode !== 0)
    throw new ExecutorError('cannotStart', `${command.join(' ')} ended with exit code ${exitCode ?? '?'}`);
}

/** 409: it ended by itself. */
async function ignoreStopped(kill: Promise<unknown>): Promise<void> {
  try {
    await kill;
  } catch (error) {
    if (engineStatus(error) !== 409) throw error;
  }
}
