import { get } from 'node:http';

export type Frame = { readonly event: string; readonly data: unknown };

/** A reader of server-sent events as they are on the wire. */
export type FrameReader = {
  readonly frames: Frame[];
  /** All that came, comments too. */
  readonly text: () => string;
  /** Resolves when the stream has ended, by whomever. */
  readonly ended: Promise<void>;
  close(): void;
};

/** Opens a stream; resolves once its head is there, rejects with the answer when it is none. */
export function readFrames(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<FrameReader> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers }, (response) => {
      const frames: Frame[] = [];
      let text = '';
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        const parts = (rest + chunk).split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts) {
          const frame = /^event: (.+)\ndata: (.+)$/m.exec(part);
          if (frame) frames.push({ event: frame[1]!, data: JSON.parse(frame[2]!) as unknown });
        }
      });
      const ended = new Promise<void>((done) => {
        response.once('close', done);
      });
      response.on('error', () => undefined);
      if (response.statusCode === 200 && response.headers['content-type'] === 'text/event-stream') {
        resolve({ frames, text: () => text, ended, close: () => request.destroy() });
      } else {
        response.once('end', () => {
          reject(new Error(`the stream was answered with ${response.statusCode}: ${text}`));
        });
      }
    });
    request.on('error', reject);
  });
}
