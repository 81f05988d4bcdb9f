import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { printFiles, type TaskReload } from '../model/reload.ts';
import { NoSidecar, notAnswering, sidecarUrl } from './api-client.ts';

type ReloadEvent = {
  readonly time: string;
  readonly detail: Pick<TaskReload, 'action' | 'files' | 'fileCount' | 'status' | 'reason'> & {
    readonly taskArn: string;
    readonly containerName: string;
    readonly durationMs?: number;
  };
};

/**
 * Prints reloads as they happen, until Ctrl-C or the sidecar's end. `AWS_ENDPOINT_URL` names another sidecar than the
 * one of GATEWAY_LISTEN. Returns the exit code: 1 when no sidecar answers.
 */
export async function watchCommand(environment: NodeJS.ProcessEnv): Promise<number> {
  let url: string;
  try {
    url = `${sidecarUrl(environment)}/_ecsidecar/events`;
  } catch (error) {
    if (!(error instanceof NoSidecar)) throw error;
    process.stderr.write(`ecsidecar: ${error.message}\n`);
    return 1;
  }
  const answer = await fetch(url).catch(() => undefined);
  if (!answer?.ok || !answer.body) {
    process.stderr.write(`ecsidecar: ${notAnswering(url)}\n`);
    return 1;
  }
  process.stdout.write(`watching reloads at ${new URL(url).origin}\n`);
  try {
    for await (const event of reloadsOf(answer.body)) process.stdout.write(`${printReload(event)}\n`);
  } catch {
    // The connection broke, as it does when the sidecar is killed.
  }
  process.stderr.write('ecsidecar: the sidecar has ended.\n');
  return 0;
}

/** The reloads among server-sent events. Source: HTML standard, server-sent events. */
async function* reloadsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ReloadEvent> {
  let isReload = false;
  for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
    if (line.startsWith('event: ')) isReload = line === 'event: ECS Task Reload';
    if (isReload && line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length)) as ReloadEvent;
  }
}

/** `14:03:07 app (1234567890ab): restarted in 312 ms: /code/app.py` */
export function printReload({ time, detail }: ReloadEvent): string {
  const { containerName, taskArn, action, status, durationMs, reason } = detail;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const who = `${clock} ${containerName} (${taskArn.split('/').at(-1)?.slice(0, 12) ?? ''})`;
  switch (status) {
    case 'PENDING':
      return `${who}: ${printFiles(detail)} changed: ${action}`;
    case 'DONE':
      return reason === undefined
        ? `${who}: reloaded in ${durationMs ?? 0} ms`
        : `${who}: the reload did not go well: ${reason}`;
    case 'HELD':
      return `${who}: held: ${reason ?? ''}; it waits for the next save`;
  }
}
