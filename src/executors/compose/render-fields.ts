import type { ContainerDefinition, LogConfiguration, Volume } from '@aws-sdk/client-ecs';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import { isReloadLabel } from '../../model/reload.ts';
import { FLAGS_LABEL } from './docker-flags.ts';
import { isReservedLabel } from './names.ts';

/** Members that describe a task definition and ask for nothing. */
const DESCRIPTIVE = new Set<string>([
  'taskDefinitionArn',
  'family',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'requiresCompatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
  'tags',
] satisfies (keyof AwsTaskDefinition | 'tags')[]);

const RENDERED_OF_CONTAINER = new Set<string>([
  'name',
  'image',
  'cpu',
  'memory',
  'memoryReservation',
  'essential',
  'entryPoint',
  'command',
  'environment',
  'workingDirectory',
  'user',
  'stopTimeout',
  'mountPoints',
  'dnsSearchDomains',
  'dnsServers',
  'dockerSecurityOptions',
  'extraHosts',
  'healthCheck',
  'hostname',
  'privileged',
  'readonlyRootFilesystem',
  'ulimits',
] satisfies (keyof ContainerDefinition)[]);

/** `name` of a port says something to services only. */
const RENDERED_OF_PORT = new Set(['containerPort', 'hostPort', 'protocol', 'name']);

const AWSLOGS_OPTIONS = new Set([
  'awslogs-group',
  'awslogs-region',
  'awslogs-stream-prefix',
  'awslogs-create-group',
]);

/**
 * The members of a definition that were accepted and have no effect yet, as paths. Known by what *is* acted on, so that
 * a member which AWS adds is named until it is built. Empty members ask for nothing.
 */
export function notActedOn(definition: AwsTaskDefinition): string[] {
  const task = members(definition).filter(
    ([name]) => !DESCRIPTIVE.has(name) && !['containerDefinitions', 'volumes', 'networkMode'].includes(name),
  );
  return [
    ...task.map(([name]) => name),
    ...(definition.networkMode === 'awsvpc'
      ? [
          'networkMode awsvpc: containers do not share localhost, ports are published on random ports of the host',
        ]
      : []),
    ...(definition.volumes ?? []).flatMap(ofVolume),
    ...(definition.containerDefinitions ?? []).flatMap((container) => {
      const path = `containerDefinitions[${container.name ?? ''}]`;
      return ofContainer(container).map((name) => `${path}.${name}`);
    }),
  ];
}

function ofVolume(volume: Volume): string[] {
  return members(volume)
    .filter(([name]) => name !== 'name' && name !== 'host')
    .map(([name]) => `volumes[${volume.name ?? ''}].${name}`);
}

/** Labels of ours that a definition may have, besides those of reloads. */
const OWN_LABELS: ReadonlySet<string> = new Set([FLAGS_LABEL, 'ecsidecar.debug.wait']);

function ofContainer(container: ContainerDefinition): string[] {
  return members(container).flatMap(([name]) => {
    if (RENDERED_OF_CONTAINER.has(name)) return [];
    if (name === 'portMappings') {
      const ofPorts = (container.portMappings ?? []).flatMap((port) =>
        members(port).map(([member]) => member),
      );
      return [...new Set(ofPorts)]
        .filter((member) => !RENDERED_OF_PORT.has(member))
        .map((member) => `portMappings.${member}`);
    }
    if (name === 'dockerLabels') {
      return Object.keys(container.dockerLabels ?? {})
        .filter((label) => isReservedLabel(label) && !isReloadLabel(label) && !OWN_LABELS.has(label))
        .map((label) => `dockerLabels.${label}`);
    }
    if (name === 'logConfiguration' && container.logConfiguration)
      return ofLogging(container.logConfiguration);
    return [name];
  });
}

function ofLogging(logging: LogConfiguration): string[] {
  if (logging.logDriver !== 'awslogs') return [`logConfiguration (${logging.logDriver ?? 'no driver'})`];
  return [
    ...Object.keys(logging.options ?? {})
      .filter((option) => !AWSLOGS_OPTIONS.has(option))
      .map((option) => `logConfiguration.options.${option}`),
    ...(logging.secretOptions?.length ? ['logConfiguration.secretOptions'] : []),
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
