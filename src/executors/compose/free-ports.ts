import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo } from 'node:net';

const MAX_PORT = 65_535;
/** Other programs may have a port in the midst of a range. */
const MAX_RANGE_TRIES = 20;

/** A port that nobody has on this machine just now. Where the engine is elsewhere, it is a guess. */
export const freePort = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, () => {
        const { port } = server.address() as AddressInfo;
        server.close(() => {
          resolve(String(port));
        });
      });
  });

/**
 * Whether nobody has this port on this machine just now, as far as can be told: a sidecar in a container, or one that may
 * not listen on low ports, takes it for free, and the engine then says otherwise.
 */
export const isFree = (port: number, protocol: string): Promise<boolean> =>
  new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      resolve(error.code !== 'EADDRINUSE');
    };
    if (protocol === 'udp') {
      const socket = createSocket('udp4').once('error', onError);
      socket.bind(port, () => {
        socket.close(() => {
          resolve(true);
        });
      });
      return;
    }
    const server = createServer()
      .once('error', onError)
      .listen(port, () => {
        server.close(() => {
          resolve(true);
        });
      });
  });

/** The first of `count` ports that follow each other and are free. Throws an Error when there are none. */
export async function freePortRange(count: number, protocol: string): Promise<number> {
  for (let tries = 0; tries < MAX_RANGE_TRIES; tries++) {
    const first = Number(await freePort());
    if (first + count - 1 > MAX_PORT) continue;
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map((port) => isFree(port, protocol)));
    if (!free.includes(false)) return first;
  }
  throw new Error(`no ${count} free ports that follow each other were found`);
}
