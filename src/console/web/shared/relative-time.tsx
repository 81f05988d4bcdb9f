import { useSyncExternalStore } from 'react';
import { dateOf } from '../aws/call.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const TICK_MS = 10_000;

/** How long ago, e.g. `3 minutes ago`; under a minute in steps, so that nothing flickers. */
export function relativeTime(date: Date, nowMs: number): string {
  const seconds = Math.round((date.getTime() - nowMs) / 1000);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 10 ? 'just now' : format.format(Math.trunc(seconds / 10) * 10, 'second');
}

/** A time of an answer (epoch seconds) as how long ago; the whole of it on hover. */
export function RelativeTime({ at }: { readonly at: number | undefined }) {
  const nowMs = useSyncExternalStore(onTick, currentTick);
  if (at === undefined) return '–';
  const date = dateOf(at);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString(undefined, FULL)}>
      {relativeTime(date, Math.max(nowMs, date.getTime()))}
    </time>
  );
}

const FULL = { dateStyle: 'full', timeStyle: 'long' } as const;

const onTick = (tick: () => void): (() => void) => {
  const timer = window.setInterval(tick, TICK_MS);
  return () => {
    window.clearInterval(timer);
  };
};
/** The same between two ticks: React asks for it at every rendering. */
const currentTick = (): number => Math.floor(Date.now() / TICK_MS) * TICK_MS;
