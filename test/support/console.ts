import { pino } from 'pino';
import type { Test } from 'tap';
import { createGateway } from '../../src/gateway/server.ts';
import type { Change, ConsolePorts } from '../../src/model/console-ports.ts';

/** A feed of changes that the test tells. */
export function createFakeFeed() {
  const listeners = new Set<(changes: readonly Change[]) => void>();
  return {
    listeners,
    tell(...changes: Change[]): void {
      for (const listener of listeners) listener(changes);
    },
    onChange(listener: (changes: readonly Change[]) => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

const notAsked = (): never => {
  throw new Error('this port is not part of the test');
};

/** A gateway with the data routes over these ports; the others fail. `loads` counts how often they were asked for. */
export async function consoleGateway(t: Test, ports: Partial<ConsolePorts>) {
  const lines: string[] = [];
  let loads = 0;
  const all: ConsolePorts = {
    changes: createFakeFeed(),
    info: notAsked,
    examine: notAsked,
    preview: notAsked,
    tasks: { get: notAsked },
    taskDefinitions: { getByArn: notAsked },
    reloads: notAsked,
    watched: notAsked,
    project: notAsked,
    containers: notAsked,
    usage: notAsked,
    ...ports,
  };
  const server = await createGateway({
    apis: [],
    health: () => ({}),
    console: {
      load() {
        loads += 1;
        return Promise.resolve(all);
      },
    },
    allowedHosts: [],
    logger: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
  });
  t.teardown(() => server.close());
  return { server, lines, loads: () => loads };
}
