/** Options of the awslogs driver by their names; empty counts as absent, as for Docker. */
export type AwslogsOptions = Readonly<Record<string, string>>;

/** Options that change where output goes or what becomes an event of it. */
const ACTED_ON: ReadonlySet<string> = new Set([
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream-prefix',
  'awslogs-stream',
  'awslogs-create-group',
  'awslogs-multiline-pattern',
  'awslogs-datetime-format',
]);

/** Options without a meaning here, and why. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  mode: 'the engine keeps the output, and no container waits for its logs',
  'max-buffer-size': 'the engine keeps the output, and no line of it is dropped',
  'awslogs-endpoint': 'output goes to the Logs API here',
  'awslogs-credentials-endpoint': 'no credentials are needed here',
  'awslogs-force-flush-interval-seconds': 'events are stored at once',
  'awslogs-max-buffered-events': 'events are stored at once',
  'awslogs-format': 'no metrics are made of logs here',
  'awslogs-create-stream': 'a stream is made when it is missing',
  tag: 'a stream is named by awslogs-stream-prefix or the container id',
};

/** Why an option has no effect; undefined for one that has. */
export const withoutMeaning = (option: string): string | undefined =>
  ACTED_ON.has(option)
    ? undefined
    : Object.hasOwn(WITHOUT_MEANING, option)
      ? WITHOUT_MEANING[option]
      : 'unknown';

const BOOLEAN = /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/;
const SIZE = /^\d+(\.\d+)? ?([kKmMgGtTpP]?[iI]?[bB]?)$/;

/** What Docker would refuse of a container's options, in its words; undefined where it takes them. Source: moby, daemon/logger/factory.go and awslogs, ValidateLogOpt. */
export function awslogsProblem(options: AwslogsOptions): string | undefined {
  const { mode = '', 'max-buffer-size': size } = options;
  if (!['', 'blocking', 'non-blocking'].includes(mode)) return `logger: logging mode not supported: ${mode}`;
  if (size !== undefined && mode !== 'non-blocking')
    return "logger: max-buffer-size option is only supported with 'mode=non-blocking'";
  if (size !== undefined && !SIZE.test(size))
    return `error parsing option max-buffer-size: invalid size: '${size}'`;
  const unknown = Object.keys(options).find((option) => withoutMeaning(option) === 'unknown');
  if (unknown !== undefined) return `unknown log opt '${unknown}' for awslogs log driver`;
  for (const option of ['awslogs-create-group', 'awslogs-create-stream']) {
    const value = options[option];
    if (value && !BOOLEAN.test(value))
      return `must specify valid value for log opt '${option}': strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  }
  for (const option of ['awslogs-force-flush-interval-seconds', 'awslogs-max-buffered-events']) {
    const value = options[option];
    if (value && !/^\+?0*[1-9]\d*$/.test(value))
      return `must specify a positive integer for log opt '${option}': ${value}`;
  }
  const [datetime, pattern] = [DATETIME_FORMAT in options, MULTILINE_PATTERN in options];
  if (datetime && pattern)
    return `you cannot configure log opt '${DATETIME_FORMAT}' and '${MULTILINE_PATTERN}' at the same time`;
  const format = options['awslogs-format'];
  if (format && format !== 'json/emf') return `unsupported log format '${format}'`;
  if (format && (datetime || pattern))
    return `you cannot configure log opt '${DATETIME_FORMAT}' or '${MULTILINE_PATTERN}' when log opt 'awslogs-format' is set to 'json/emf'`;
  return undefined;
}

const DATETIME_FORMAT = 'awslogs-datetime-format';
const MULTILINE_PATTERN = 'awslogs-multiline-pattern';

/** The pattern, in the syntax of RE2, that the first line of every event has; undefined where every line is one. */
export function multilinePattern(options: AwslogsOptions): string | undefined {
  const format = options[DATETIME_FORMAT];
  if (format) return format.replace(/%./gu, (sequence) => STRFTIME[sequence] ?? '');
  return options[MULTILINE_PATTERN] || undefined;
}

/** Slips of the source are kept, since the same lines must begin an event. Source: moby, awslogs, strftimeToRegex. */
const STRFTIME: Readonly<Record<string, string>> = {
  '%a': '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)',
  '%A': '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)',
  '%w': '[0-6]',
  '%d': '(?:0[1-9]|[1,2][0-9]|3[0,1])',
  '%b': '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)',
  '%B': '(?:January|February|March|April|May|June|July|August|September|October|November|December)',
  '%m': '(?:0[1-9]|1[0-2])',
  '%Y': '\\d{4}',
  '%y': '\\d{2}',
  '%H': '(?:[0,1][0-9]|2[0-3])',
  '%I': '(?:0[0-9]|1[0-2])',
  '%p': '[A,P]M',
  '%M': '[0-5][0-9]',
  '%S': '[0-5][0-9]',
  '%f': '\\d{6}',
  '%z': '[+-]\\d{4}',
  '%Z': '[A-Z]{1,4}T',
  '%j': '(?:0[0-9][1-9]|[1,2][0-9][0-9]|3[0-5][0-9]|36[0-6])',
  '%L': '\\.\\d{3}',
};
