import { createLogsApi, type operations } from '../../src/apis/logs/operations.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { LogStore } from '../../src/model/ports.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createLogStore, logMigrations } from '../../src/store/logs/store.ts';
import { refusalOf } from './api-caller.ts';
import { CALLER } from './ecs-api.ts';

type Operations = typeof operations;
type Name = keyof Operations;
type Input<N extends Name> = Parameters<Operations[N]>[1];
type Output<N extends Name> = Awaited<ReturnType<Operations[N]>>;

/** A Logs API over a store in memory, with a clock that tests can tell. */
export type LogsApi = {
  readonly logs: LogStore;
  /** Milliseconds since the epoch that `now` gives. */
  clock: { ms: number };
  /** Ends what the API waits for. */
  readonly client: AbortController;
  /** Lets a live tail's next update come. */
  nextUpdate(): void;
  call<N extends Name>(action: N, input: Input<N>, caller?: Caller): Promise<Output<N>>;
  /** The error of a call that must fail, as `code: message`; an error that is not AWS's, or none, is thrown. */
  refusal(action: Name, input: object, caller?: Caller): Promise<string>;
};

export function createTestLogsApi(): LogsApi {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const now = (): Date => new Date(clock.ms);
  const logs = createLogStore(openDatabase(':memory:', [logMigrations]), { maxBytes: 1e9, now });
  const client = new AbortController();
  let ids = 0;
  let update: () => void = () => undefined;
  const api = createLogsApi({
    logs,
    now,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        update = resolve;
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
  });
  const run = async (action: Name, input: object, caller: Caller): Promise<unknown> =>
    api.actions[action]?.({ caller, signal: client.signal }, structuredClone(input));
  return {
    logs,
    clock,
    client,
    nextUpdate: () => {
      update();
    },
    call: <N extends Name>(action: N, input: Input<N>, caller = CALLER) =>
      run(action, input, caller) as Promise<Output<N>>,
    refusal: (action, input, caller = CALLER) => refusalOf(action, run(action, input, caller)),
  };
}
