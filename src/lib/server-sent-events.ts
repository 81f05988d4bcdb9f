import type { ServerResponse } from 'node:http';

/** Proxies cut connections on which nothing goes for half a minute. */
const HEARTBEAT_MS = 15_000;

export type ServerSentEvents = {
  /** Whether the stream stands and its client takes more; when it does again, `onDrain` is called. */
  takesMore(): boolean;
  write(frames: string): void;
  /** After what was written. */
  end(): void;
  /** At once: its client may connect again. */
  cut(): void;
};

/**
 * Begins an answer of server-sent events on a response of which nothing is sent yet. It ends with the client, with
 * `signal`, or by `end`; `onClose` is called then, once. Source: HTML standard, server-sent events.
 */
export function openServerSentEvents(
  response: ServerResponse,
  {
    signal,
    onDrain = () => undefined,
    onClose,
  }: {
    readonly signal: AbortSignal;
    readonly onDrain?: () => void;
    readonly onClose: () => void;
  },
): ServerSentEvents {
  const takesMore = (): boolean => !response.writableEnded && !response.writableNeedDrain;
  const heartbeat = setInterval(() => {
    if (takesMore()) response.write(':\n\n');
  }, HEARTBEAT_MS);
  const end = (): void => {
    response.end();
  };
  response.on('drain', onDrain);
  response.once('close', () => {
    clearInterval(heartbeat);
    signal.removeEventListener('abort', end);
    onClose();
  });
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Its end is the end of the connection.
    connection: 'close',
  });
  response.write(':\n\n');
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return {
    takesMore,
    write(frames) {
      if (!response.writableEnded) response.write(frames);
    },
    end,
    cut() {
      response.destroy();
    },
  };
}

/** One event; `data` becomes JSON, which has no line breaks. */
export const eventFrame = (event: string, data: unknown, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
