import { get, type ClientRequest } from 'node:http';
import type { EcsEvent } from '../../src/model/ecs-event.ts';

export type StreamedEvent = { readonly id: number; readonly type: string; readonly event: EcsEvent };

/** A reader of `/_ecsidecar/events` as it is on the wire. */
export type EventReader = {
  readonly events: StreamedEvent[];
  /** All that came, comments too. */
  readonly text: () => string;
  /** Resolves when the stream has ended, by whomever. */
  readonly ended: Promise<void>;
  close(): void;
};

/** Opens the stream; resolves once its head is there. */
export function readEvents(
  url: string,
  { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = get(`${url}/_ecsidecar/events${query}`, { headers }, (response) => {
      const events: StreamedEvent[] = [];
      const chunks: string[] = [];
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        chunks.push(chunk);
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop() ?? '';
        for (const text of frames) {
          const frame = /^id: (\d+)\nevent: (.+)\ndata: (.+)$/.exec(text);
          if (!frame) continue;
          events.push({
            id: Number(frame[1]),
            type: frame[2]!,
            event: JSON.parse(frame[3]!) as EcsEvent,
          });
        }
      });
      const ended = new Promise<void>((done) => {
        response.once('close', done);
      });
      // The other side may be killed.
      response.on('error', () => undefined);
      if (response.statusCode === 200 && response.headers['content-type'] === 'text/event-stream') {
        resolve({ events, text: () => chunks.join(''), ended, close: () => request.destroy() });
      } else {
        response.once('end', () => {
          reject(new Error(`the stream was answered with ${response.statusCode}: ${chunks.join('')}`));
        });
      }
    });
    request.on('error', reject);
  });
}
