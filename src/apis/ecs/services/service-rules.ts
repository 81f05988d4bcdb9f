import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  DeploymentController,
  LoadBalancer,
  ServiceConnectConfiguration,
  ServiceRegistry,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../../model/aws-error.ts';
import type { Caller } from '../../../model/caller.ts';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import { checkPlacement } from '../placement-rules.ts';
import { checkTags } from '../tag-rules.ts';
import { refuse } from '../refuse.ts';

const MAX_DESIRED_COUNT = 5000;
const MAX_GRACE_SECONDS = 2_147_483_647;

const notBuilt = (what: string): never => {
  throw new AwsError('UnsupportedFeatureException', `${what} not built yet in ecsidecar.`);
};

/** What can be told of a new service from the request alone. Sources: ECS's words, September 2026, where not said otherwise. */
export function checkNewService(input: CreateServiceRequest, caller: Caller): void {
  const { serviceName = '', schedulingStrategy = 'REPLICA', desiredCount, deploymentController } = input;
  if (!/^[a-zA-Z0-9\-_]{1,255}$/.test(serviceName)) {
    refuse(`ServiceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was ${serviceName}`);
  }
  // Source: ECS API reference, CreateService.clientToken. The wording is ours.
  if (!/^[\x21-\x7e]{0,36}$/.test(input.clientToken ?? ''))
    refuse('clientToken must have up to 36 ASCII characters.');
  checkController(deploymentController);
  const isExternal = deploymentController?.type === 'EXTERNAL';
  if (isExternal && input.taskDefinition) refuse('TaskDefinition must be blank.');
  if (!isExternal && !input.taskDefinition) refuse('TaskDefinition can not be blank.');
  if (schedulingStrategy === 'DAEMON') checkDaemon(input);
  // Source: ECS API reference, CreateService.desiredCount. The wording is ours.
  else if (desiredCount === undefined)
    refuse('desiredCount must be specified for the REPLICA scheduling strategy.');
  checkDesiredCount(desiredCount);
  checkShared(input, schedulingStrategy);
  checkTags(input.tags, caller);
}

/** What CreateService and UpdateService check alike. */
export function checkShared(
  input: Pick<
    CreateServiceRequest,
    | 'capacityProviderStrategy'
    | 'deploymentConfiguration'
    | 'healthCheckGracePeriodSeconds'
    | 'launchType'
    | 'loadBalancers'
    | 'placementConstraints'
    | 'placementStrategy'
    | 'serviceConnectConfiguration'
    | 'serviceRegistries'
  >,
  schedulingStrategy: string,
): void {
  if (input.launchType && input.capacityProviderStrategy?.length) {
    refuse(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  checkPlacement(input.placementConstraints, input.placementStrategy);
  const grace = input.healthCheckGracePeriodSeconds ?? 0;
  // Source: ECS API reference, healthCheckGracePeriodSeconds. The wording is ours.
  if (grace < 0 || grace > MAX_GRACE_SECONDS)
    refuse(`healthCheckGracePeriodSeconds must be between 0 and ${MAX_GRACE_SECONDS}.`);
  checkDeploymentConfiguration(input.deploymentConfiguration, schedulingStrategy);
  checkRegistries(input.serviceRegistries);
  checkServiceConnect(input.serviceConnectConfiguration);
  for (const { loadBalancerName, targetGroupArn } of input.loadBalancers ?? []) {
    if (loadBalancerName !== undefined && targetGroupArn !== undefined) {
      refuse(
        'loadBalancerName and targetGroupArn cannot both be specified. You must specify either a loadBalancerName or a targetGroupArn in all loadBalancer entries',
      );
    }
  }
}

/** Source: ECS service quotas: 5,000 tasks a service. The wording is ours. */
export function checkDesiredCount(desiredCount: number | undefined): void {
  if (desiredCount === undefined) return;
  if (!Number.isInteger(desiredCount) || desiredCount < 0 || desiredCount > MAX_DESIRED_COUNT)
    refuse(`desiredCount must be between 0 and ${MAX_DESIRED_COUNT}.`);
}

/** A load balancer's container must be in the definition. */
export function checkContainers(
  definition: AwsTaskDefinition,
  loadBalancers: readonly LoadBalancer[] | undefined,
): void {
  for (const { containerName, containerPort } of loadBalancers ?? []) {
    const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
    if (!container) refuse(`The container ${containerName ?? ''} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      refuse(
        `The container ${containerName ?? ''} did not have a container port ${containerPort ?? ''} defined.`,
      );
    }
  }
}

function checkController(controller: DeploymentController | undefined): void {
  if (controller?.type === 'CODE_DEPLOY') notBuilt('The CODE_DEPLOY deployment controller is');
}

function checkDaemon({
  desiredCount,
  deploymentConfiguration,
  availabilityZoneRebalancing,
}: CreateServiceRequest): void {
  if (desiredCount !== undefined) {
    refuse(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  if ((deploymentConfiguration?.maximumPercent ?? 100) > 100) {
    refuse(
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
    );
  }
  if (availabilityZoneRebalancing === 'ENABLED') {
    refuse(
      "The service couldn't be created because Availability Zone Rebalancing does not support DAEMON as scheduling strategy. Update scheduling strategy and try again.",
    );
  }
}

function checkDeploymentConfiguration(
  configuration: DeploymentConfiguration | undefined,
  schedulingStrategy: string,
): void {
  if (!configuration) return;
  const { maximumPercent, minimumHealthyPercent, deploymentCircuitBreaker } = configuration;
  checkStrategySettings(configuration);
  if (minimumHealthyPercent !== undefined && minimumHealthyPercent > 100)
    refuse('minimumHealthyPercent must be at most 100');
  // The wording follows that of the maximum.
  if (minimumHealthyPercent !== undefined && minimumHealthyPercent < 0)
    refuse('minimumHealthyPercent must be at least 0');
  if (schedulingStrategy === 'REPLICA') {
    if (maximumPercent !== undefined && maximumPercent < 100) refuse('maximumPercent must be at least 100');
    if (maximumPercent === 100 && (minimumHealthyPercent ?? 100) === 100)
      refuse('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  const { type, value } = deploymentCircuitBreaker?.thresholdConfiguration ?? {};
  // Source: ECS API reference, DeploymentCircuitBreakerThresholdConfiguration. The wording is ours.
  if (value !== undefined && value < 1) refuse('The value of thresholdConfiguration must be at least 1.');
  if (type === 'BOUNDED_PERCENT' && value !== undefined && value > 100)
    refuse('The value of thresholdConfiguration must be at most 100 for the type BOUNDED_PERCENT.');
}

const MAX_MINUTES = 1440;

/** Sources: ECS API reference, DeploymentConfiguration, LinearConfiguration, CanaryConfiguration, DeploymentLifecycleHook. The wording is ours. */
function checkStrategySettings(configuration: DeploymentConfiguration): void {
  const {
    strategy,
    bakeTimeInMinutes,
    linearConfiguration,
    canaryConfiguration,
    lifecycleHooks = [],
  } = configuration;
  if (strategy === 'BLUE_GREEN' && bakeTimeInMinutes === undefined)
    refuse('bakeTimeInMinutes must be specified for the BLUE_GREEN deployment strategy.');
  checkBetween('bakeTimeInMinutes', bakeTimeInMinutes, 0, MAX_MINUTES);
  checkBetween('stepPercent', linearConfiguration?.stepPercent, 3, 100);
  checkBetween('stepBakeTimeInMinutes', linearConfiguration?.stepBakeTimeInMinutes, 0, MAX_MINUTES);
  checkBetween('canaryPercent', canaryConfiguration?.canaryPercent, 0.1, 100);
  checkBetween('canaryBakeTimeInMinutes', canaryConfiguration?.canaryBakeTimeInMinutes, 0, MAX_MINUTES);
  for (const { targetType = 'AWS_LAMBDA', lifecycleStages = [], timeoutConfiguration } of lifecycleHooks) {
    if (targetType === 'AWS_LAMBDA') notBuilt('Lifecycle hooks that invoke AWS_LAMBDA are');
    if (lifecycleStages.length === 0) refuse('lifecycleStages must be specified for a lifecycle hook.');
    const impossible = lifecycleStages.find(
      (stage) => stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT',
    );
    if (impossible) refuse(`PAUSE lifecycle hooks cannot be configured at the stage ${impossible}.`);
    if ((timeoutConfiguration?.timeoutInMinutes ?? 1) < 1) refuse('timeoutInMinutes must be at least 1.');
  }
}

function checkBetween(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && (value < min || value > max))
    refuse(`${name} must be between ${min} and ${max}.`);
}

const checkRegistries = (registries: readonly ServiceRegistry[] | undefined): void => {
  if ((registries?.length ?? 0) > 1) refuse('service registries can have at most 1 items.');
};

function checkServiceConnect(configuration: ServiceConnectConfiguration | undefined): void {
  if (configuration?.enabled !== true) return;
  for (const { clientAliases } of configuration.services ?? []) {
    if (clientAliases && clientAliases.length !== 1) refuse('clientAliases must have 1 element.');
  }
}
