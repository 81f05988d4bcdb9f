import type { LogConfiguration } from '@aws-sdk/client-ecs';
import { isFileOnS3 } from './secrets.ts';
import { eachContainer, type ContainerRule, type Rule } from './rule.ts';

/** Options without which a driver cannot work. Source: ECS API reference, LogConfiguration; Docker's drivers. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  awslogs: ['awslogs-group'],
  splunk: ['splunk-token', 'splunk-url'],
  gelf: ['gelf-address'],
};

/** Source: ECS API reference, LogConfiguration.options. */
const OF_AWSLOGS: ReadonlySet<string> = new Set([
  'awslogs-create-group',
  'awslogs-region',
  'awslogs-group',
  'awslogs-stream-prefix',
  'awslogs-datetime-format',
  'awslogs-multiline-pattern',
  'mode',
  'max-buffer-size',
]);

/** An option may be a secret; an empty one counts as absent. */
const given = ({ options = {}, secretOptions = [] }: LogConfiguration): ReadonlySet<string> =>
  new Set([
    ...Object.entries(options).flatMap(([name, value]) => (value ? [name] : [])),
    ...secretOptions.flatMap(({ name }) => name ?? []),
  ]);

/** Source: ECS's words, September 2026 and, for splunk, a GitHub issue of 2019. */
const requiredOptions: ContainerRule = ({ logConfiguration }) => {
  if (!logConfiguration) return undefined;
  const { logDriver = '' } = logConfiguration;
  const options = given(logConfiguration);
  const missing = (REQUIRED[logDriver] ?? []).filter((option) => !options.has(option));
  return missing.length > 0 ? `Log driver ${logDriver} requires options: ${missing.join(', ')}` : undefined;
};

/**
 * Source: ECS's words, recorded in GitHub issues of 2017 to 2022. What Docker's own drivers do not know is the engine's to
 * refuse, when the task starts.
 */
const unknownOptions: ContainerRule = ({ logConfiguration }) => {
  if (logConfiguration?.logDriver !== 'awslogs') return undefined;
  const unknown = [...Object.keys(logConfiguration.options ?? {})].filter(
    (option) => !OF_AWSLOGS.has(option),
  );
  return unknown.length > 0 ? `Log driver awslogs disallows options: ${unknown.join(', ')}` : undefined;
};

/** Where the output of containers goes. */
export const loggingRules: readonly Rule[] = [
  eachContainer([
    requiredOptions,
    unknownOptions,
    // Source: ECS's words, September 2026.
    ({ logConfiguration }, { containers }) =>
      logConfiguration?.logDriver === 'awsfirelens' &&
      !containers.some(({ firelensConfiguration }) => firelensConfiguration)
        ? 'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.'
        : undefined,
    // Source: ECS's words, recorded in a GitHub issue of 2022.
    ({ firelensConfiguration }) => {
      const { 'config-file-type': type, 'config-file-value': file = '' } =
        firelensConfiguration?.options ?? {};
      return type === 's3' && !isFileOnS3(file) ? 'Invalid arn syntax.' : undefined;
    },
  ]),
  ({ containers }) => {
    const routers = containers.filter(({ firelensConfiguration }) => firelensConfiguration);
    // Source: the ECS agent knows one router of a task. The wording is ours.
    if (routers.length > 1) return 'Only one container can have a firelensConfiguration object.';
    // Source: ECS's words, recorded in GitHub issues of 2019 to 2022.
    return routers.length === 1 &&
      !containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awsfirelens')
      ? 'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.'
      : undefined;
  },
];
