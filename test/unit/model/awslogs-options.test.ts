import t from 'tap';
import { compileMultiline } from '../../../src/executors/compose/multiline.ts';
import { awslogsProblem, multilinePattern, withoutMeaning } from '../../../src/model/awslogs-options.ts';

// Source: moby, daemon/logger/factory.go, ValidateLogOpts, and daemon/logger/awslogs, ValidateLogOpt.
t.test('options that Docker refuses are refused in its words', async (t) => {
  const cases: [Record<string, string>, string | undefined][] = [
    [{}, undefined],
    [{ mode: 'non-blocking', 'max-buffer-size': '25m', 'awslogs-create-group': 'TRUE' }, undefined],
    [{ mode: 'blocking' }, undefined],
    [{ mode: 'sometimes' }, 'logger: logging mode not supported: sometimes'],
    [
      { 'max-buffer-size': '4m' },
      "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
    ],
    [
      { mode: 'non-blocking', 'max-buffer-size': 'much' },
      "error parsing option max-buffer-size: invalid size: 'much'",
    ],
    [{ 'awslogs-grp': 'x' }, "unknown log opt 'awslogs-grp' for awslogs log driver"],
    [{ constructor: 'x' }, "unknown log opt 'constructor' for awslogs log driver"],
    [
      { 'awslogs-create-group': 'yes' },
      'must specify valid value for log opt \'awslogs-create-group\': strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    [
      { 'awslogs-max-buffered-events': '0' },
      "must specify a positive integer for log opt 'awslogs-max-buffered-events': 0",
    ],
    [
      { 'awslogs-datetime-format': '%Y', 'awslogs-multiline-pattern': 'x' },
      "you cannot configure log opt 'awslogs-datetime-format' and 'awslogs-multiline-pattern' at the same time",
    ],
    [{ 'awslogs-format': 'text' }, "unsupported log format 'text'"],
    [
      { 'awslogs-format': 'json/emf', 'awslogs-datetime-format': '%Y' },
      "you cannot configure log opt 'awslogs-datetime-format' or 'awslogs-multiline-pattern' when log opt 'awslogs-format' is set to 'json/emf'",
    ],
  ];
  for (const [options, problem] of cases) t.equal(awslogsProblem(options), problem, JSON.stringify(options));
});

t.test('a format of times becomes the pattern that Docker makes of it', async (t) => {
  const matches = (format: string, line: string): boolean =>
    compileMultiline(multilinePattern({ 'awslogs-datetime-format': format }) ?? '')(line);
  const cases: [format: string, matching: string, other: string][] = [
    ['\\[%b %d, %Y %H:%M:%S\\]', 'at [May 01, 2017 19:00:01] x', '[Mai 01, 2017 19:00:01]'],
    ['%Y-%m-%d %H:%M:%S%L', '2026-12-31 23:59:59.123', '2026-13-31 23:59:59.123'],
    ['%A %a %w %B %y %I %p %f %z %Z %j', 'Monday Mon 1 May 26 09 AM 123456 +0200 CEST 121', 'Monday'],
    ['%q:', 'x:', 'x'],
  ];
  for (const [format, matching, other] of cases) {
    t.ok(matches(format, matching), format);
    t.notOk(matches(format, other), `${format} and ${other}`);
  }
});

t.test('every option is acted on, has no meaning here, or is unknown', async (t) => {
  t.equal(withoutMeaning('awslogs-multiline-pattern'), undefined);
  t.match(withoutMeaning('mode'), 'engine keeps');
  t.equal(withoutMeaning('other'), 'unknown');
});
