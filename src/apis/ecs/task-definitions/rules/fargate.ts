import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { fargateSizeProblem } from '../fargate-sizes.ts';
import { parseCpuUnits, parseMemoryMib } from '../../../../model/sizes.ts';
import { devicesProblem } from './devices.ts';
import { eachContainer, onFargate, type Rule } from './rule.ts';

const LOG_DRIVERS: readonly string[] = ['awslogs', 'splunk', 'awsfirelens'];

/** Linux capabilities that may be added. Source: ECS API reference, KernelCapabilities.add: SYS_PTRACE alone on Fargate. */
const CAPABILITIES: readonly string[] = ['SYS_PTRACE'];

/** What a container cannot have there. ECS's words for swappiness are not known; they follow those for maxSwap. */
const UNSUPPORTED: readonly (readonly [string, (container: ContainerDefinition) => unknown])[] = [
  ['devices', ({ linuxParameters }) => linuxParameters?.devices],
  ['sharedMemorySize', ({ linuxParameters }) => linuxParameters?.sharedMemorySize],
  ['maxSwap', ({ linuxParameters }) => linuxParameters?.maxSwap],
  ['swappiness', ({ linuxParameters }) => linuxParameters?.swappiness],
  ['dockerSecurityOptions', ({ dockerSecurityOptions }) => dockerSecurityOptions],
];

/** An empty list is one that is not given. */
const isGiven = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);

export const ECR_IMAGE = /^\d{12}\.dkr[.-]ecr\.[a-z0-9-]+\.(?:amazonaws\.com|on\.aws)/;

/** Source: ECS's words, September 2026, where none is named. */
const rules: readonly Rule[] = [
  // ECS sends typographic quotes here.
  ({ networkMode }) =>
    networkMode === 'awsvpc' ? undefined : 'Fargate only supports network mode ‘awsvpc’.',
  ({ definition: { cpu } }) =>
    cpu === undefined ? "Fargate requires that 'cpu' be defined at the task level." : undefined,
  ({ definition: { memory } }) =>
    memory === undefined ? "Fargate requires that 'memory' be defined at the task level." : undefined,
  ({ definition: { cpu = '', memory = '', runtimePlatform } }) =>
    fargateSizeProblem(
      parseCpuUnits(cpu) ?? 0,
      parseMemoryMib(memory) ?? 0,
      runtimePlatform?.operatingSystemFamily,
    ),
  ({ definition: { ipcMode } }) =>
    ipcMode === undefined ? undefined : 'Fargate compatible task definitions do not support ipcMode',
  ({ definition: { pidMode } }) =>
    pidMode === 'host'
      ? "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'."
      : undefined,
  ({ definition: { placementConstraints = [] } }) =>
    placementConstraints.length > 0
      ? 'Fargate compatible task definitions do not support constraints'
      : undefined,
  ({ definition: { volumes = [] } }) =>
    volumes.some(({ host }) => host?.sourcePath !== undefined)
      ? 'Fargate compatible task definitions do not support sourcePath'
      : undefined,
  ({ definition: { volumes = [] } }) =>
    volumes.some(({ dockerVolumeConfiguration }) => dockerVolumeConfiguration)
      ? 'Fargate compatible task definitions do not support dockerVolumeConfiguration'
      : undefined,
  // The wording follows ECS's for other volumes.
  ({ definition: { volumes = [] } }) =>
    volumes.some(({ fsxWindowsFileServerVolumeConfiguration }) => fsxWindowsFileServerVolumeConfiguration)
      ? 'Fargate compatible task definitions do not support fsxWindowsFileServerVolumeConfiguration'
      : undefined,
  eachContainer([
    (container) => devicesProblem(container, true),
    (container) => {
      const unsupported = UNSUPPORTED.find(([, valueOf]) => isGiven(valueOf(container)));
      return unsupported && `Fargate compatible task definitions do not support ${unsupported[0]}`;
    },
    ({ privileged }) =>
      privileged === true
        ? 'Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.'
        : undefined,
    ({ linuxParameters }) => {
      const refused = linuxParameters?.capabilities?.add?.find(
        (capability) => !CAPABILITIES.includes(capability),
      );
      return refused === undefined ? undefined : `${refused} is not allowed on Fargate.`;
    },
    // That it is refused is recorded from ECS, September 2026; the wording is another emulator's.
    ({ stopTimeout = 0 }) =>
      stopTimeout > 120
        ? 'Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.'
        : undefined,
    ({ logConfiguration }) =>
      logConfiguration && !LOG_DRIVERS.includes(logConfiguration.logDriver ?? '')
        ? `${logConfiguration.logDriver ?? ''} is not a valid log driver. Must be one of [${LOG_DRIVERS.join(',')}]`
        : undefined,
    ({ logConfiguration }) =>
      logConfiguration?.logDriver === 'awslogs' && !logConfiguration.options?.['awslogs-stream-prefix']
        ? 'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.'
        : undefined,
    ({ logConfiguration }, { definition }) =>
      logConfiguration?.logDriver === 'awslogs' && !definition.executionRoleArn
        ? 'Fargate requires task definition to have execution role ARN to support log driver awslogs.'
        : undefined,
    // Source: ECS's words, recorded in GitHub issues.
    ({ image = '' }, { definition }) =>
      ECR_IMAGE.test(image) && !definition.executionRoleArn
        ? 'Fargate requires task definition to have execution role ARN to support ECR images.'
        : undefined,
  ]),
];

/** What `requiresCompatibilities: [FARGATE]` asks for beyond the rest. */
export const fargateRules: readonly Rule[] = rules.map(onFargate);
