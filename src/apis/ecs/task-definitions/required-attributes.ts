import type { Attribute, ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { ECR_IMAGE } from './rules/fargate.ts';

const AGENT = 'com.amazonaws.ecs.capability.';
const TASK = 'ecs.capability.';

/**
 * Attributes that a container instance needs for this definition, without doubles; absent when there are none.
 * Source: the ECS agent's capabilities, and which of them ECS names in answers that are public: awslogs with Docker's
 * API 1.19, awsvpc with 1.18, labels and ulimits with 1.18, memoryReservation with 1.21, health checks with 1.24 and,
 * with a start period, 1.29, mounts with 1.17, shared memory and tmpfs with 1.22, init with 1.25. GPUs
 * are no attribute but a resource.
 */
export function requiredAttributes(definition: TaskDefinition): Attribute[] | undefined {
  const containers = definition.containerDefinitions ?? [];
  const names = new Set([
    ...containers.flatMap((one) => ofContainer(one, definition)),
    ...ofTask(definition),
  ]);
  return names.size === 0 ? undefined : [...names].map((name) => ({ name }));
}

const api = (version: string): string => `${AGENT}docker-remote-api.${version}`;

function ofContainer(container: ContainerDefinition, { executionRoleArn }: TaskDefinition): string[] {
  const { logConfiguration, linuxParameters, healthCheck, secrets = [], firelensConfiguration } = container;
  const configType = firelensConfiguration?.options?.['config-file-type'];
  const { secretOptions = [] } = logConfiguration ?? {};
  const fromEcr = ECR_IMAGE.test(container.image ?? '');
  const needs: readonly (readonly [unknown, ...string[]])[] = [
    [logConfiguration, `${AGENT}logging-driver.${logConfiguration?.logDriver ?? ''}`],
    [logConfiguration?.logDriver === 'awslogs' && executionRoleArn, `${TASK}execution-role-awslogs`],
    [fromEcr, `${AGENT}ecr-auth`],
    [logConfiguration, api('1.19')],
    [container.privileged, `${AGENT}privileged-container`],
    [container.mountPoints?.length, api('1.17')],
    [Object.keys(container.dockerLabels ?? {}).length || container.ulimits?.length, api('1.18')],
    [container.memoryReservation, api('1.21')],
    [linuxParameters?.sharedMemorySize ?? linuxParameters?.tmpfs?.length, api('1.22')],
    [linuxParameters?.initProcessEnabled, api('1.25')],
    [healthCheck, `${TASK}container-health-check`, api('1.24')],
    [healthCheck?.startPeriod, api('1.29')],
    [fromEcr && executionRoleArn, `${TASK}execution-role-ecr-pull`],
    [
      container.dependsOn?.length || container.startTimeout || container.stopTimeout,
      `${TASK}container-ordering`,
    ],
    [secrets.some((one) => isSecretsManager(one.valueFrom)), `${TASK}secrets.asm.environment-variables`],
    [secrets.some((one) => !isSecretsManager(one.valueFrom)), `${TASK}secrets.ssm.environment-variables`],
    [secretOptions.some((one) => isSecretsManager(one.valueFrom)), `${TASK}secrets.asm.bootstrap.log-driver`],
    [
      secretOptions.some((one) => !isSecretsManager(one.valueFrom)),
      `${TASK}secrets.ssm.bootstrap.log-driver`,
    ],
    [container.environmentFiles?.length, `${TASK}env-files.s3`],
    [container.repositoryCredentials, `${TASK}private-registry-authentication.secretsmanager`],
    [firelensConfiguration, `${TASK}firelens.${firelensConfiguration?.type ?? ''}`],
    [configType, `${TASK}firelens.options.config.${configType ?? ''}`],
    [
      container.portMappings?.some(({ containerPortRange }) => containerPortRange),
      `${TASK}network.container-port-range`,
    ],
    [container.restartPolicy?.enabled, `${TASK}container-restart-policy`],
  ];
  return needs.flatMap(([needed, ...names]) => (needed ? names : []));
}

function ofTask(definition: TaskDefinition): string[] {
  const volumes = definition.volumes ?? [];
  const needs: readonly (readonly [unknown, ...string[]])[] = [
    [
      definition.taskRoleArn,
      `${AGENT}${definition.networkMode === 'host' ? 'task-iam-role-network-host' : 'task-iam-role'}`,
    ],
    [volumes.some((one) => one.efsVolumeConfiguration), `${TASK}efs`, api('1.25')],
    [volumes.some((one) => one.efsVolumeConfiguration?.authorizationConfig), `${TASK}efsAuth`],
    [volumes.some((one) => one.fsxWindowsFileServerVolumeConfiguration), `${TASK}fsxWindowsFileServer`],
    [volumes.some((one) => one.configuredAtLaunch), `${TASK}storage.ebs-task-volume-attach`],
    ...volumes.map(({ dockerVolumeConfiguration: plugin }): readonly [unknown, ...string[]] => [
      plugin,
      `${TASK}docker-plugin.${plugin?.driver ?? 'local'}`,
      api('1.25'),
    ]),
    [definition.pidMode ?? definition.ipcMode, `${TASK}pid-ipc-namespace-sharing`],
    [definition.networkMode === 'awsvpc', api('1.18'), `${TASK}task-eni`],
    [
      definition.networkMode !== 'awsvpc' && (definition.cpu ?? definition.memory),
      `${TASK}task-cpu-mem-limit`,
    ],
    [definition.proxyConfiguration, `${TASK}aws-appmesh`],
    [definition.enableFaultInjection, `${TASK}fault-injection`],
  ];
  return needs.flatMap(([needed, ...names]) => (needed ? names : []));
}

const isSecretsManager = (valueFrom: string | undefined): boolean =>
  valueFrom?.includes(':secretsmanager:') ?? false;
