import fc from 'fast-check';
import t from 'tap';
import { parseSchedule } from '../../../src/lib/aws-schedule.ts';

const start = new Date('2026-01-01T00:00:30Z');
const next = (expression: string, timezone?: string, after = start): string | undefined =>
  parseSchedule(expression, { start, ...(timezone !== undefined && { timezone }) })(after)?.toISOString();

t.test('at, rate and cron, as the user guide has them', (t) => {
  t.equal(next('at(2026-01-02T03:04:05)'), '2026-01-02T03:04:05.000Z');
  t.equal(next('at(2026-01-02T03:04:05)', 'Europe/Berlin'), '2026-01-02T02:04:05.000Z');
  t.equal(next('at(2025-01-02T03:04:05)'), undefined, 'it is over');
  t.equal(next('rate(5 minutes)'), '2026-01-01T00:05:30.000Z');
  t.equal(next('rate(1 day)'), '2026-01-02T00:00:30.000Z');
  t.equal(next('cron(0 12 * * ? *)'), '2026-01-01T12:00:00.000Z');
  t.equal(next('cron(0/15 8-10 ? * MON-FRI *)'), '2026-01-01T08:00:00.000Z', 'a Thursday');
  t.equal(next('cron(0 9 ? * 2 *)'), '2026-01-05T09:00:00.000Z', '2 is Monday');
  t.equal(next('cron(0 9 ? * 1 *)'), '2026-01-04T09:00:00.000Z', '1 is Sunday');
  t.equal(next('cron(0 9 L * ? 2027)'), '2027-01-31T09:00:00.000Z', 'the last day of a month, a year');
  t.equal(next('cron(15 10 ? * 6L 2026)'), '2026-01-30T10:15:00.000Z', 'the last Friday');
  t.equal(next('cron(0 9 ? * 2#1 *)'), '2026-01-05T09:00:00.000Z', 'the first Monday');
  t.end();
});

t.test('what is no schedule is refused', (t) => {
  for (const text of [
    '',
    'at()',
    'at(soon)',
    'rate(5)',
    'rate(0 minutes)',
    'cron(* * * *)',
    'cron(99 * * * ? *)',
    'every day',
  ])
    t.throws(() => next(text), text);
  t.throws(() => next('cron(0 12 * * ? *)', 'No/Where'));
  t.end();
});

t.test('the next time always lies ahead, and nothing lies between', (t) => {
  const after = fc.date({ min: start, max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.constantFrom('minute', 'hour', 'day'),
      after,
      (count, unit, time) => {
        const schedule = parseSchedule(`rate(${count} ${unit}s)`, { start });
        const due = schedule(time)!;
        const stepMs = count * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit as 'day'];
        return (
          due > time &&
          due.getTime() - time.getTime() <= stepMs &&
          (due.getTime() - start.getTime()) % stepMs === 0
        );
      },
    ),
  );
  t.end();
});
