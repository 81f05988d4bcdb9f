import { Document, isMap, isScalar, type Scalar, type ScalarTag } from 'yaml';
import { awslogsTarget } from '../../model/awslogs-target.ts';
import { needsPause } from '../../model/pause-container.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import { variableOf, type ComposeProject } from './interpolation.ts';
import { pauseCommand } from './pause-archive.ts';
import { PAUSE_ARCHITECTURES } from './pause-program.ts';
import { notActedOn } from './render-fields.ts';
import type { RenderContext } from './render.ts';
import { shellWord, volumeCommands } from './task-volumes.ts';

/** What the comments of a Compose file tell of. */
export type ComposeHead = {
  /** What it is the project of, and its ARN: `['Task', 'arn:…']`. */
  readonly title: readonly [what: string, arn: string];
  readonly taskDefinitionArn: string;
  /** Of a task's project: its output is read. */
  readonly taskId?: string;
  /** Options of the `docker compose` that runs it by hand, where it is more than this file. */
  readonly composeOptions?: readonly string[];
  readonly definition: AwsTaskDefinition;
  readonly context: Pick<
    RenderContext,
    'networkName' | 'dockerFlags' | 'enginePlatform' | 'fileSystems' | 'sidecarId'
  >;
};

/** The head of a task's own project. */
export const taskHead = (
  { arn, id, taskDefinitionArn }: Pick<Task, 'arn' | 'id' | 'taskDefinitionArn'>,
  definition: AwsTaskDefinition,
  context: ComposeHead['context'],
): ComposeHead => ({ title: ['Task', arn], taskDefinitionArn, taskId: id, definition, context });

/**
 * The text of a Compose file: the same for the same project, keys sorted. Every string of `specification` reaches the
 * container as it is: `$`, with which Compose marks variables, is doubled, and what YAML could take for anything but
 * that string is quoted. Only an Interpolation becomes a variable of Compose. Halves of surrogate pairs, which are no text, become U+FFFD.
 */
export function composeText(specification: ComposeProject, head: ComposeHead): string {
  const document = yamlOf(specification);
  document.commentBefore = headComment(head, interpolationsOf(specification));
  commentLogging(document, head);
  return document.toString({ lineWidth: 0 });
}

/** A value as the YAML of a Compose file, by the rules of `composeText`. */
export const yamlOf = (value: unknown): Document =>
  new Document(doubleDollars(value), {
    aliasDuplicateObjects: false,
    sortMapEntries: (a, b) => compare((a.key as Scalar<string>).value, (b.key as Scalar<string>).value),
    customTags: (tags) => [
      STRING,
      ...tags.filter((tag) => typeof tag === 'string' || tag.tag !== STRING.tag),
    ],
  });

/** Compose replaces variables in values, never in keys: ours alone. Source: Compose specification, interpolation. */
function doubleDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(doubleDollars);
  if (typeof value !== 'object' || value === null) return value;
  const variable = variableOf(value);
  if (variable !== undefined) return `\${${variable}}`;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, doubleDollars(member)]));
}

/** Words that some version of YAML takes for a boolean, a number or nothing. */
const RESERVED = /^(y|yes|n|no|true|false|on|off|null|nan|inf|infinity)$/i;
const PLAIN = /^[A-Za-z][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*$/;

/**
 * Strings are written plain where no YAML could read them otherwise, else as JSON, which is YAML. Beyond JSON, what
 * YAML takes for a line break or does not let through unescaped is escaped.
 */
const STRING: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string',
  resolve: (text) => text,
  stringify({ value }) {
    const text = String(value).toWellFormed();
    if (PLAIN.test(text) && !RESERVED.test(text)) return text;
    return JSON.stringify(text).replace(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  },
};

function headComment(
  { title, taskDefinitionArn, definition, context, composeOptions = [] }: ComposeHead,
  variables: readonly string[],
): string {
  const networks =
    context.dockerFlags.networks.length > 0 ? context.dockerFlags.networks : [context.networkName];
  const unbuilt = notActedOn(definition);
  const lines = [
    `Task definition: ${taskDefinitionArn}`,
    `${`${title[0]}:`.padEnd(16)} ${title[1]}`,
    '',
    'Made by ecsidecar, which writes this file anew when it needs it: changes are lost.',
    'To run it by hand, in this folder:',
    ...networks.map((name) => `  docker network create ${name}    (if it is absent)`),
    ...volumeCommands(definition.volumes ?? [], context).map(
      (volume) => `  docker volume create ${volume}    (if it is absent)`,
    ),
    ...(needsPause(definition) ? pauseCommands(context.enginePlatform) : []),
    ...variables.map((name) => `  export ${name}=…`),
    `  ${['docker', 'compose', ...composeOptions, 'up'].map(shellWord).join(' ')}`,
    ...unknownVariables(definition),
    ...(unbuilt.length > 0
      ? ['', 'Accepted and not acted on:', ...unbuilt.map((field) => `  ${field}`)]
      : []),
  ];
  return lines.map((line) => ` ${oneLine(line)}`.trimEnd()).join('\n');
}

/** Variables that Compose takes from its environment, sorted. */
export function interpolationsOf(value: unknown): string[] {
  const variable = variableOf(value);
  if (variable !== undefined) return [variable];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(interpolationsOf))].sort(compare);
}

/** Environment files are read when a task starts; who runs the file by hand has to know what is in them. */
function unknownVariables({ containerDefinitions = [] }: AwsTaskDefinition): string[] {
  const files = containerDefinitions.flatMap(({ name = '', environmentFiles = [] }) =>
    environmentFiles.map(({ value = '' }) => `  ${name}: ${value}`),
  );
  return files.length === 0
    ? []
    : ['', 'Environment files, whose variables are set at the start of a task:', ...files];
}

/** The image of the pause container comes from nowhere but here. */
const pauseCommands = (platform: string | undefined): string[] =>
  PAUSE_ARCHITECTURES.filter((one) => platform === undefined || platform === `linux/${one}`).map(
    (one) => `  ${pauseCommand(one)}    (if it is absent, on linux/${one})`,
  );

/** Says beside `logging` where the output of an awslogs container goes. */
function commentLogging(document: Document, { taskId, definition }: ComposeHead): void {
  if (taskId === undefined) return;
  for (const container of definition.containerDefinitions ?? []) {
    const logs = awslogsTarget(container, taskId);
    const service = document.getIn(['services', container.name]);
    if (!logs || !isMap(service)) continue;
    const key = service.items.find((item) => isScalar(item.key) && item.key.value === 'logging')?.key;
    if (isScalar(key)) {
      key.commentBefore = oneLine(
        ` awslogs: ecsidecar reads this output into group ${logs.group}, stream ${logs.stream ?? 'named after the container id'}`,
      );
    }
  }
}

/** A comment ends where its line does, whatever a reader takes for the end of a line. */
const oneLine = (text: string): string => text.toWellFormed().replace(/[^\P{C}]|[\u2028\u2029]/gu, '\ufffd');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
