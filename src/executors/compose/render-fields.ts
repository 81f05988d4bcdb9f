import type { ContainerDefinition, LogConfiguration } from '@aws-sdk/client-ecs';
import { DEBUG_WAIT_LABEL } from '../../model/debug-wait.ts';
import { withoutMeaning } from '../../model/awslogs-options.ts';
import { isReloadLabel } from '../../model/reload.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { FLAGS_LABEL } from './docker-flags.ts';
import {
  CONTAINER_FIELDS,
  LINUX_FIELDS,
  LOG_FIELDS,
  PORT_FIELDS,
  TASK_FIELDS,
  VOLUME_FIELDS,
  type Field,
} from './fields.ts';
import { isReservedLabel } from './names.ts';
import { DOCKER_DRIVERS } from './render-logging.ts';

/**
 * The members of a definition that were accepted and have no effect, as paths with the reason where there is one. Known
 * by what *is* acted on, so that a member which AWS adds is named until it is built. Empty members ask for nothing.
 */
export function notActedOn(definition: AwsTaskDefinition): string[] {
  return [
    ...without(TASK_FIELDS, definition, ''),
    ...(definition.volumes ?? []).flatMap((volume) =>
      without(VOLUME_FIELDS, volume, `volumes[${volume.name ?? ''}].`),
    ),
    ...(definition.containerDefinitions ?? []).flatMap((container) =>
      ofContainer(container, `containerDefinitions[${container.name ?? ''}].`),
    ),
  ];
}

/** Members of `value` that the table does not act on. */
function without(table: Readonly<Record<string, Field>>, value: object, path: string): string[] {
  return members(value).flatMap(([name]) => {
    const field = Object.hasOwn(table, name) ? table[name] : undefined;
    if (field && 'becomes' in field) return [];
    return [`${path}${name}${field && 'stored' in field ? `: ${field.stored}` : ''}`];
  });
}

/** Labels of ours that a definition may have, besides those of reloads. */
const OWN_LABELS: ReadonlySet<string> = new Set([FLAGS_LABEL, DEBUG_WAIT_LABEL]);

/** Source: ECS API reference, ResourceRequirement: Managed Instances only. */
const NEURON_DEVICE = 'AWS’s own instances alone have them';

function ofContainer(container: ContainerDefinition, path: string): string[] {
  const { portMappings = [], linuxParameters = {}, dockerLabels = {}, logConfiguration } = container;
  return [
    ...without(CONTAINER_FIELDS, container, path),
    ...new Set(portMappings.flatMap((port) => without(PORT_FIELDS, port, `${path}portMappings.`))),
    ...without(LINUX_FIELDS, linuxParameters, `${path}linuxParameters.`),
    ...Object.keys(dockerLabels)
      .filter((label) => isReservedLabel(label) && !isReloadLabel(label) && !OWN_LABELS.has(label))
      .map((label) => `${path}dockerLabels.${label}`),
    ...(container.resourceRequirements ?? []).flatMap(({ type = '' }) =>
      type === 'NeuronDevice' ? [`${path}resourceRequirements.${type}: ${NEURON_DEVICE}`] : [],
    ),
    ...(container.firelensConfiguration && container.readonlyRootFilesystem
      ? [`${path}readonlyRootFilesystem: the configuration of a router is copied into its container`]
      : []),
    ...(logConfiguration ? ofLogging(logConfiguration, `${path}logConfiguration`) : []),
  ];
}

function ofLogging(logging: LogConfiguration, path: string): string[] {
  if (DOCKER_DRIVERS.has(logging.logDriver) || logging.logDriver === 'awsfirelens')
    return without(LOG_FIELDS, logging, `${path}.`);
  if (logging.logDriver !== 'awslogs') return [`${path} (${logging.logDriver ?? 'no driver'})`];
  return [
    ...without(LOG_FIELDS, logging, `${path}.`),
    ...Object.keys(logging.options ?? {}).flatMap((option) => {
      const reason = withoutMeaning(option);
      return reason === undefined ? [] : [`${path}.options.${option}: ${reason}`];
    }),
    // There is no driver to give them to.
    ...(logging.secretOptions ?? []).map(({ name = '' }) => `${path}.secretOptions.${name}`),
  ];
}

/** Members that ask for something, sorted by name. */
function members(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, member]) => !isEmpty(member))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0;
}
