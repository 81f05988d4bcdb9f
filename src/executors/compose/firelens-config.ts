/** One container's way out of the router: the options of its log driver. */
export type FirelensOutput = {
  readonly container: string;
  readonly options: Readonly<Record<string, string>>;
};

/** What the configuration of a router is made from. */
export type FirelensSettings = {
  readonly type: 'fluentbit' | 'fluentd';
  /** Where it takes records over TCP; absent in network modes in which the agent opens no port. */
  readonly listenAddress: '127.0.0.1' | '0.0.0.0' | undefined;
  /** Of the router, in MiB; 0 for none. */
  readonly memoryMib: number;
  /** Fields that every record gets. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly outputs: readonly FirelensOutput[];
  /** Path of a further configuration in the container. */
  readonly include: string | undefined;
};

/** Where the router listens, in its container. */
export const SOCKET_FOLDER = '/var/run';
export const SOCKET_NAME = 'fluent.sock';
export const FORWARD_PORT = '24224';

const DEFAULT_BUFFER_MIB = 25;
const INCLUDE_PATTERN = 'include-pattern';
const EXCLUDE_PATTERN = 'exclude-pattern';
/** Asks Docker's driver, not the router. */
export const BUFFER_LIMIT = 'log-driver-buffer-limit';

/** One section: the words behind its opening, and what stands in it. */
type Section = { readonly kind: 'input' | 'output'; readonly tag?: string; readonly lines: readonly Line[] };
type Line = readonly [key: string, value: string];
type Grep = { readonly tag: string; readonly pattern: string };

/**
 * The text of a router's configuration. The order is the agent's: inputs, filters, what is included, outputs.
 * Throws an Error for options from which none can be made. Source: ECS agent, taskresource/firelens, generateConfig.
 */
export function firelensConfig(settings: FirelensSettings): string {
  const { type, metadata, include } = settings;
  const dialect = type === 'fluentd' ? fluentd : fluentBit;
  const parts = settings.outputs.map((output) => ofContainer(output, dialect));
  const text = [
    ...inputs(settings).map(dialect.section),
    ...parts.flatMap(({ included }) => included).map((grep) => dialect.grep('include', grep)),
    ...parts.flatMap(({ excluded }) => excluded).map((grep) => dialect.grep('exclude', grep)),
    ...(Object.keys(metadata).length > 0 ? [dialect.fields(sorted(metadata))] : []),
    ...(include === undefined ? [] : [dialect.include(include)]),
    ...(type === 'fluentbit' && settings.listenAddress !== undefined ? [dialect.section(HEALTH_OUTPUT)] : []),
    ...parts.flatMap(({ section }) => section ?? []).map(dialect.section),
  ];
  return text.join('');
}

const HEALTH_TAG = 'firelens-healthcheck';
const HEALTH_OUTPUT: Section = { kind: 'output', tag: HEALTH_TAG, lines: [['Name', 'null']] };

function inputs({ type, listenAddress, memoryMib }: FirelensSettings): Section[] {
  const socket = `${SOCKET_FOLDER}/${SOCKET_NAME}`;
  if (type === 'fluentd') {
    return [
      {
        kind: 'input',
        lines: [
          ['@type', 'unix'],
          ['path', socket],
        ],
      },
      ...(listenAddress === undefined
        ? []
        : [
            {
              kind: 'input',
              lines: [
                ['@type', 'forward'],
                ['bind', listenAddress],
                ['port', FORWARD_PORT],
              ],
            } as const,
          ]),
    ];
  }
  // Half of the router's memory. Source: ECS agent, resolveMemBufLimit.
  const bufferMib = Math.floor(memoryMib / 2) || DEFAULT_BUFFER_MIB;
  return [
    {
      kind: 'input',
      lines: [
        ['Name', 'forward'],
        ['Mem_Buf_Limit', `${bufferMib}MB`],
        ['unix_path', socket],
      ],
    },
    ...(listenAddress === undefined
      ? []
      : ([
          {
            kind: 'input',
            lines: [
              ['Name', 'forward'],
              ['Listen', listenAddress],
              ['Port', FORWARD_PORT],
            ],
          },
          {
            kind: 'input',
            tag: HEALTH_TAG,
            lines: [
              ['Name', 'tcp'],
              ['Listen', '127.0.0.1'],
              ['Port', '8877'],
            ],
          },
        ] as const)),
  ];
}

/** Source: ECS agent, addOutputSection. */
function ofContainer(
  { container, options }: FirelensOutput,
  dialect: Dialect,
): { included: Grep[]; excluded: Grep[]; section: Section | undefined } {
  const tag = `${container}-firelens${dialect.anything}`;
  const {
    [INCLUDE_PATTERN]: include,
    [EXCLUDE_PATTERN]: exclude,
    [BUFFER_LIMIT]: _ofDriver,
    ...rest
  } = options;
  for (const [key, value] of Object.entries(options)) refuseStructure(container, key, value);
  const { [dialect.nameKey]: plugin, ...ofPlugin } = rest;
  if (plugin === undefined && Object.keys(ofPlugin).length > 0) {
    throw new Error(
      `unable to apply log options of container ${container} to firelens config: missing output key ${dialect.nameKey} ` +
        `which is required for firelens configuration of type ${dialect.type}`,
    );
  }
  return {
    included: include === undefined ? [] : [{ tag, pattern: include }],
    excluded: exclude === undefined ? [] : [{ tag, pattern: exclude }],
    section:
      plugin === undefined
        ? undefined
        : { kind: 'output', tag, lines: [[dialect.nameKey, plugin], ...sorted(ofPlugin)] },
  };
}

/** An option is one line of a section, whatever it says; the agent writes it down unseen. The wording is ours. */
function refuseStructure(container: string, key: string, value: string): void {
  if (!/^@?[^\s@<>[\]#\p{C}\u2028\u2029]+$/u.test(key))
    throw new Error(`the log option '${key}' of container ${container} is no name of an option of a router`);
  refuseLineBreaks(`the log option ${key} of container ${container}`, value);
}

/** Throws an Error for a text that would not stay on its line. */
export function refuseLineBreaks(what: string, text: string): void {
  if (/[\r\n\0\v\f\u0085\u2028\u2029]/.test(text)) throw new Error(`${what} has a line break`);
}

const sorted = (options: Readonly<Record<string, string>>): Line[] =>
  Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));

type Dialect = {
  readonly type: FirelensSettings['type'];
  /** The option that names a plugin. */
  readonly nameKey: string;
  readonly anything: string;
  readonly section: (section: Section) => string;
  readonly grep: (kind: 'include' | 'exclude', grep: Grep) => string;
  readonly fields: (fields: readonly Line[]) => string;
  readonly include: (path: string) => string;
};

const indented = (lines: readonly string[], depth = 1): string[] =>
  lines.map((line) => `${'    '.repeat(depth)}${line}`);

/** A block between empty lines, as the agent's templates have it. */
const block = (...lines: readonly string[]): string => `\n${lines.join('\n')}\n`;

const written = (lines: readonly Line[]): string[] => lines.map(([key, value]) => `${key} ${value}`);

const fluentBit: Dialect = {
  type: 'fluentbit',
  nameKey: 'Name',
  anything: '*',
  section: ({ kind, tag, lines: [name, ...lines] }) => {
    const tagLine: Line[] = tag === undefined ? [] : [[kind === 'input' ? 'Tag' : 'Match', tag]];
    return block(
      kind === 'input' ? '[INPUT]' : '[OUTPUT]',
      ...indented(written([...(name ? [name] : []), ...tagLine, ...lines])),
    );
  },
  grep: (kind, { tag, pattern }) =>
    block(
      '[FILTER]',
      ...indented([
        'Name   grep',
        `Match ${tag}`,
        kind === 'include' ? `Regex  log ${pattern}` : `Exclude log ${pattern}`,
      ]),
    ),
  fields: (fields) =>
    block(
      '[FILTER]',
      ...indented(['Name record_modifier', 'Match *', ...written(fields).map((field) => `Record ${field}`)]),
    ),
  include: (path) => block(`@INCLUDE ${path}`),
};

const fluentd: Dialect = {
  type: 'fluentd',
  nameKey: '@type',
  anything: '**',
  section: ({ kind, tag, lines }) =>
    kind === 'input'
      ? block('<source>', ...indented(written(lines)), '</source>')
      : block(`<match ${tag ?? '**'}>`, ...indented(written(lines)), '</match>'),
  grep: (kind, { tag, pattern }) => {
    const name = kind === 'include' ? 'regexp' : 'exclude';
    return block(
      `<filter ${tag}>`,
      ...indented(['@type  grep', `<${name}>`]),
      ...indented(['key log', `pattern ${pattern}`], 2),
      ...indented([`</${name}>`]),
      '</filter>',
    );
  },
  fields: (fields) =>
    block(
      '<filter **>',
      ...indented(['@type record_transformer', '<record>']),
      ...indented(written(fields), 2),
      ...indented(['</record>']),
      '</filter>',
    ),
  include: (path) => block(`@include ${path}`),
};
