import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { backoffMs } from '../../lib/backoff.ts';
import { pause } from '../../lib/pause.ts';
import { PAUSE, withPauses } from '../../lib/with-pauses.ts';
import type { Scope } from '../../model/caller.ts';
import type { LogCursor, NewLogEvent } from '../../model/log-event.ts';
import type { ContainerLogSink } from '../../model/ports.ts';
import { engineStatus } from './engine.ts';
import { createLineAssembler, createPieceReader, sinceOf, type PieceReader } from './log-lines.ts';
import { joinLines, singleLines, type BeginsEvent, type EventAssembler } from './multiline.ts';

export type LogTarget = {
  readonly scope: Scope;
  readonly group: string;
  readonly stream: string;
  /** Where events have several lines: tells the first one of each. */
  readonly beginsEvent?: BeginsEvent | undefined;
};

/** How long the last event of several lines waits for more of them. Source: moby, awslogs driver, flush interval. */
const MAX_EVENT_AGE_MS = 5000;

export type LogFollower = {
  /** Reads a container's output until it ends; called again, as after its every start, it changes nothing or reads on. */
  follow(container: { readonly dockerId: string; readonly target: LogTarget }): void;
  /** Resolves once a container that is over is read to its end and all is stored; at once for one never followed. */
  drained(dockerId: string): Promise<void>;
  /** After the container was removed: lets its reading end and forgets it. */
  forget(dockerId: string): Promise<void>;
  /** Ends all reading; what was not stored yet is read again at the next start. */
  close(): Promise<void>;
};

type Following = {
  readonly target: LogTarget;
  reading: Promise<void> | undefined;
  again: boolean;
  finished: boolean;
};

/** One life of a stream. */
type Reading = {
  readonly dockerId: string;
  readonly target: LogTarget;
  readonly tty: boolean;
  readonly assembler: EventAssembler;
  readonly pieces: PieceReader;
};

/** How many of the last pieces of a container's output show that its stream brought all; reading these few is cheap. */
const TAIL_PIECES = 50;

/**
 * Follows containers over the Engine API and stores whole lines with how far it came. One chunk of the stream is
 * stored before the next one is read, so a slow disk holds the container's output in the engine, not in memory.
 */
export function createLogFollower(options: {
  readonly docker: Docker;
  readonly sink: ContainerLogSink;
  readonly logger: Logger;
}): LogFollower {
  const { docker, sink, logger } = options;
  const closing = new AbortController();
  const isClosing = (): boolean => closing.signal.aborted;
  const followings = new Map<string, Following>();

  /** Stores, and tries again for as long as it cannot: a full disk must not lose lines. */
  const store = async (reading: Reading, events: readonly NewLogEvent[]): Promise<void> => {
    for (let failures = 0; events.length > 0;) {
      try {
        sink.appendOutput(reading.target, reading.dockerId, events, reading.assembler.cursor());
        return;
      } catch (error) {
        failures += 1;
        if (failures === 1) {
          const text = 'log lines cannot be stored; trying again';
          logger.error({ err: error, container: reading.dockerId }, text);
        }
        await pause(backoffMs(failures, 0.5), closing.signal);
        closing.signal.throwIfAborted();
      }
    }
  };

  /** `gone`: removed, or about to be. */
  const inspect = async (
    dockerId: string,
  ): Promise<{ state: 'created' | 'running' | 'ended' | 'gone'; tty: boolean }> => {
    try {
      const { State: state, Config: config } = await docker
        .getContainer(dockerId)
        .inspect({ abortSignal: closing.signal });
      const wasStarted = !state.StartedAt.startsWith('0001-');
      const isUp = state.Running || state.Restarting;
      return { state: isUp ? 'running' : wasStarted ? 'ended' : 'created', tty: config.Tty };
    } catch (error) {
      if (isGone(error)) return { state: 'gone', tty: false };
      throw error;
    }
  };

  const logOptions = { stdout: true, stderr: true, timestamps: true, abortSignal: closing.signal };

  /** Reads from the cursor to the end of the stream, which for a running container is when it ends. */
  const readOn = async (reading: Reading): Promise<void> => {
    const { dockerId, pieces, assembler } = reading;
    const stream = (await docker.getContainer(dockerId).logs({
      ...logOptions,
      follow: true,
      // Docker takes fractions of seconds as well, but as text.
      since: sinceOf(assembler.cursor()) as unknown as number,
    })) as unknown as AsyncIterable<Buffer>;
    let endsAt: number | undefined;
    /** Counts from the first line of an event on. */
    const deadline = (): number | undefined => {
      if (assembler.isWaiting()) return (endsAt ??= performance.now() + MAX_EVENT_AGE_MS);
      return (endsAt = undefined);
    };
    for await (const chunk of withPauses(stream, deadline)) {
      if (chunk === PAUSE) {
        await store(reading, assembler.endEvent());
        continue;
      }
      const events: NewLogEvent[] = [];
      for (const piece of pieces.read(chunk)) for (const event of assembler.add(piece)) events.push(event);
      // The event at hand is another one now.
      if (events.length > 0) endsAt = undefined;
      await store(reading, events);
    }
  };

  /** Whether the last of what the container wrote was read. */
  const hasReadAll = async ({ dockerId, tty, assembler }: Reading): Promise<boolean> => {
    const container = docker.getContainer(dockerId);
    const bytes = await container.logs({ ...logOptions, follow: false, tail: TAIL_PIECES });
    const reader = createPieceReader({ tty });
    const tail = [...reader.read(bytes), ...reader.end()];
    return assembler.reached(tail, tail.length < TAIL_PIECES);
  };

  /** Stores the last lines, which have no newline, of a container that writes no more. */
  const finish = async (reading: Reading): Promise<void> => {
    const events = reading.pieces.end().flatMap((piece) => reading.assembler.add(piece));
    await store(reading, [...events, ...reading.assembler.flush()]);
  };

  /** One look at the container, and reading as far as it goes. */
  const readOnce = async (dockerId: string, target: LogTarget): Promise<'created' | 'over' | 'lookAgain'> => {
    const { state, tty } = await inspect(dockerId);
    if (state === 'gone') return 'over';
    if (state === 'created') return 'created';
    const assembler = assemblerOf(target, sink.cursor(dockerId));
    const reading = { dockerId, target, tty, assembler, pieces: createPieceReader({ tty }) };
    // After a restart of the sidecar most containers that are over have been read already.
    const mayBeRead = state === 'ended' && Object.keys(assembler.cursor()).length > 0;
    if (mayBeRead && (await hasReadAll(reading))) return 'over';
    const isStreamWhole = await readOn(reading).then(
      () => true,
      (error: unknown) => {
        if (isGone(error)) return false;
        throw error;
      },
    );
    const after = state === 'ended' ? state : (await inspect(dockerId)).state;
    if (after === 'running' || (after === 'ended' && !isStreamWhole)) return 'lookAgain';
    // The stream of a running container might end before its last line; that of one that is over is read to the end.
    if (state === 'running' && after === 'ended' && !(await hasReadAll(reading))) return 'lookAgain';
    await finish(reading);
    return 'over';
  };

  /** Reads until there is nothing to wait for. */
  const readToEnd = async (dockerId: string, following: Following): Promise<void> => {
    for (let failures = 0, looks = 0; !isClosing();) {
      following.again = false;
      try {
        const outcome = await readOnce(dockerId, following.target);
        failures = 0;
        // Meanwhile `follow` was called: it may have been started again.
        if (wasAskedAgain(following)) continue;
        following.finished = outcome === 'over';
        if (outcome !== 'lookAgain') return;
        looks += 1;
        await pause(backoffMs(looks, 0.5, 5, 500), closing.signal);
      } catch (error) {
        if (isClosing()) return;
        failures += 1;
        const text = 'reading the output of a container broke off; going on soon';
        if (failures === 1) logger.warn({ err: error, container: dockerId }, text);
        await pause(backoffMs(failures, 0.5, 100, 3000), closing.signal);
      }
    }
  };

  const start = (dockerId: string, following: Following): Promise<void> => {
    // `reading` ends within the same turn as the loop, so that a `follow` between the two is not lost.
    const read = async (): Promise<void> => {
      await Promise.resolve();
      try {
        await readToEnd(dockerId, following);
      } finally {
        following.reading = undefined;
      }
    };
    following.reading ??= read();
    return following.reading;
  };

  const drained = async (dockerId: string): Promise<void> => {
    const following = followings.get(dockerId);
    // Twice: what was read first may have been an earlier life, or a container that was not started yet.
    for (let tries = 0; following && !following.finished && tries < 2; tries++) {
      await start(dockerId, following);
    }
  };

  return {
    follow({ dockerId, target }) {
      if (isClosing()) return;
      const following = followings.get(dockerId) ?? {
        target,
        reading: undefined,
        again: false,
        finished: false,
      };
      followings.set(dockerId, following);
      following.again = true;
      following.finished = false;
      void start(dockerId, following);
    },
    drained,
    async forget(dockerId) {
      await drained(dockerId);
      // What is not read to its end yet begins at its cursor after the next start.
      if (isClosing()) return;
      followings.delete(dockerId);
      try {
        sink.forget(dockerId);
      } catch (error) {
        logger.warn(
          { err: error, container: dockerId },
          'how far its output was read could not be forgotten',
        );
      }
    },
    async close() {
      closing.abort();
      await Promise.all([...followings.values()].map(({ reading }) => reading ?? Promise.resolve()));
    },
  };
}

const assemblerOf = ({ beginsEvent }: LogTarget, from: LogCursor): EventAssembler =>
  beginsEvent
    ? joinLines(createLineAssembler(from, { keepsEmpty: true }), beginsEvent)
    : singleLines(createLineAssembler(from));

const wasAskedAgain = ({ again }: Following): boolean => again;

/** 404: there is none any more; 409: it is being removed. */
function isGone(error: unknown): boolean {
  const status = engineStatus(error);
  return status === 404 || status === 409;
}
