import { createRequire } from 'node:module';
import type * as Croner from 'croner';
import { once } from './once.ts';

/** Loaded with the first schedule. */
const croner = once(() => createRequire(import.meta.url)('croner') as typeof Croner);

/** Days of the week are 1 to 7 from Sunday on with AWS, 0 to 6 elsewhere. */
const fromSunday = (field: string): string =>
  field.replace(/(?<![#\d/])[1-7](?!\d)/g, (day) => String(Number(day) - 1));

/** The last value of each field: AWS's `5/10` is from 5 on, every 10. */
const LAST: readonly number[] = [59, 23, 31, 12, 7, 2199];

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** When a schedule is next due after a moment; undefined when never again. Throws an Error for what is no schedule. */
export type Schedule = (after: Date) => Date | undefined;

/**
 * Reads `at(2026-01-01T00:00:00)`, `rate(5 minutes)` and `cron(0 12 * * ? *)` with the six fields that AWS has. Times
 * without a zone are of `timezone`, UTC when not given; rates count from `start`.
 * Source: Application Auto Scaling user guide, schedule expressions.
 */
export function parseSchedule(
  expression: string,
  { timezone = 'UTC', start }: { timezone?: string; start: Date },
): Schedule {
  const [, kind, inner = ''] = /^(at|rate|cron)\(([^()]*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'at') {
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner)) throw new Error(`${expression} is no time`);
    return next(new (croner().Cron)(inner, { timezone, paused: true }));
  }
  if (kind === 'rate') {
    const [, count, unit = ''] = /^(\d{1,6}) (minute|hour|day)s?$/.exec(inner.trim()) ?? [];
    const everyMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    if (!(everyMs > 0)) throw new Error(`${expression} is no rate`);
    return (after) => {
      const passed = Math.max(0, Math.floor((after.getTime() - start.getTime()) / everyMs) + 1);
      return new Date(start.getTime() + passed * everyMs);
    };
  }
  const fields = inner.trim().split(/\s+/);
  if (kind !== 'cron' || fields.length !== 6) throw new Error(`${expression} is no schedule`);
  const [minutes = '', hours = '', days = '', months = '', weekdays = '', years = ''] = fields.map(
    (field, index) => (field === '?' ? '*' : field.replace(/(^|,)(\d+)\//g, `$1$2-${LAST[index] ?? ''}/`)),
  );
  return next(
    new (croner().Cron)(['0', minutes, hours, days, months, fromSunday(weekdays), years].join(' '), {
      timezone,
      paused: true,
    }),
  );
}

const next =
  (cron: Croner.Cron): Schedule =>
  (after) =>
    cron.nextRun(after) ?? undefined;
