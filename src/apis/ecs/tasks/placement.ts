import type { CapacityProviderStrategyItem, RunTaskRequest } from '@aws-sdk/client-ecs';
import { AwsError, InvalidParameterException } from '../../../model/aws-error.ts';
import { firelensRouter } from '../../../model/firelens.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { Placement } from '../../../model/new-task.ts';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import type { LaunchType } from '../../../model/task.ts';
import { checkedStrategy, launchTypeOfStrategy } from '../capacity-providers/strategy-rules.ts';
import type { EcsContext } from '../dependencies.ts';

const PLATFORM_VERSIONS: readonly string[] = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0'];
const LATEST_PLATFORM_VERSION = '1.4.0';

/** How tasks are launched, all alike, and the providers that they are shared out to: none where it is by launch type. */
export type Launch = {
  readonly placement: Placement;
  readonly strategy: readonly CapacityProviderStrategyItem[];
};

/** Source: ECS API reference, RunTask: the request, else the cluster's default strategy, else EC2. */
export function launchOf(
  context: EcsContext,
  input: Omit<RunTaskRequest, 'taskDefinition'>,
  cluster: Cluster,
  definition: AwsTaskDefinition,
): Launch {
  const asked = input.capacityProviderStrategy?.length
    ? input.capacityProviderStrategy
    : input.launchType
      ? []
      : cluster.defaultCapacityProviderStrategy;
  const strategy = checkedStrategy(context, asked, cluster.capacityProviders);
  const launchType = launchTypeOfStrategy(context, strategy) ?? input.launchType ?? 'EC2';
  return { placement: placementOf(launchType, input, definition), strategy };
}

/** What the launch type allows. */
export function placementOf(
  launchType: LaunchType,
  input: Pick<RunTaskRequest, 'placementConstraints' | 'placementStrategy' | 'platformVersion'>,
  definition: AwsTaskDefinition,
): Placement {
  // Source: ECS's words, recorded in GitHub issues.
  if (!definition.compatibilities?.includes(launchType)) {
    throw new InvalidParameterException(`Task definition does not support launch_type ${launchType}.`);
  }
  if (launchType !== 'FARGATE') {
    // Source: ECS's words on CreateService, September 2026.
    if (input.platformVersion !== undefined) {
      throw new InvalidParameterException(
        'The platform version must be null when specifying an EC2 launch type.',
      );
    }
    return { launchType };
  }
  // Source: ECS's words on CreateService, September 2026.
  if (input.placementConstraints?.length) {
    throw new InvalidParameterException('Placement constraints are not supported with FARGATE launch type.');
  }
  if (input.placementStrategy?.length) {
    throw new InvalidParameterException('Placement strategies are not supported with FARGATE launch type.');
  }
  // Source: ECS's words, recorded in a GitHub issue of 2020; they are told when the task is run.
  if (firelensRouter(definition)?.firelensConfiguration?.options?.['config-file-type'] === 's3') {
    throw new AwsError(
      'PlatformTaskDefinitionIncompatibilityException',
      'The specified platform does not satisfy the task definition’s required capabilities.',
    );
  }
  return {
    launchType,
    platformVersion: platformVersionOf(input.platformVersion),
    platformFamily: platformFamilyOf(definition),
  };
}

/** Source: ECS API reference, RunTask.platformVersion and PlatformUnknownException. */
function platformVersionOf(asked: string | undefined): string {
  if (asked === undefined || asked === 'LATEST') return LATEST_PLATFORM_VERSION;
  if (PLATFORM_VERSIONS.includes(asked)) return asked;
  throw new AwsError('PlatformUnknownException', 'The specified platform version does not exist.');
}

function platformFamilyOf({ runtimePlatform }: AwsTaskDefinition): string {
  const family = runtimePlatform?.operatingSystemFamily ?? 'LINUX';
  return family === 'LINUX' ? 'Linux' : family;
}
