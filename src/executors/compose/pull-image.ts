import type Docker from 'dockerode';
import { createRedactor } from '../../lib/redact.ts';
import { ExecutorError } from '../../model/ports.ts';
import { engineMessage } from './engine.ts';
import { createPullProgress } from './pull-progress.ts';
import type { RegistryAuth } from './registry-auth.ts';

type PullRequest = {
  readonly image: string;
  /** Undefined: the engine's own. */
  readonly platform: string | undefined;
  /** Undefined: the registry is asked without credentials. */
  readonly auth: RegistryAuth | undefined;
};

/**
 * Pulls an image through the Engine API; `onProgress` is told now and then how far it is. Throws ExecutorError
 * `cannotPull` with the words of the engine or of the registry, in which no credential stays; `unavailable` when the
 * engine is not there; the signal's reason when it aborts.
 */
export async function pullImage(
  docker: Docker,
  { image, platform, auth }: PullRequest,
  onProgress: (printed: () => string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stream = await docker.pull(image, {
      abortSignal: signal,
      ...(platform !== undefined && { platform }),
      ...(auth && { authconfig: auth }),
    });
    await readProgress(stream, onProgress);
  } catch (error) {
    signal.throwIfAborted();
    const unreached =
      error instanceof Error &&
      'code' in error &&
      ['ECONNREFUSED', 'ENOENT', 'ECONNRESET'].includes(String(error.code));
    const message = hideCredentials(auth, engineMessage(error));
    // The cause is printed with its own text.
    const options = message === engineMessage(error) ? { cause: error } : {};
    throw new ExecutorError(unreached ? 'unavailable' : 'cannotPull', message, options);
  }
}

/** A registry may repeat what it was sent, as it was or as HTTP had it. */
function hideCredentials(auth: RegistryAuth | undefined, text: string): string {
  if (!auth) return text;
  const secrets =
    'password' in auth
      ? [auth.password, Buffer.from(`${auth.username}:${auth.password}`).toString('base64')]
      : [auth.identitytoken];
  return createRedactor(secrets, 4)(text);
}

/** The engine answers 200 first and tells a failure as the last line of the progress. */
function readProgress(
  stream: NodeJS.ReadableStream,
  onProgress: (printed: () => string) => void,
): Promise<void> {
  const progress = createPullProgress();
  return new Promise((resolve, reject) => {
    let rest = '';
    let failure: string | undefined;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) failure ??= progress.read(line);
      onProgress(() => progress.print());
    });
    stream.on('error', reject);
    stream.on('end', () => {
      failure ??= progress.read(rest);
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    });
  });
}
