/** What AWS's model says and its SDK for JavaScript leaves out: bounds, lengths, patterns, and which numbers may have a fraction. */

type Keywords = Readonly<Record<string, unknown>>;

/** Anchored: AWS matches the whole value. */
const TAG_TEXT = '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$';
const TAG_KEY: Keywords = { minLength: 1, maxLength: 128, pattern: TAG_TEXT };
const INSTANCE_TYPE: Keywords = { minLength: 1, maxLength: 30, pattern: '^[a-zA-Z0-9.*\\-]+$' };
const PORT: Keywords = { minimum: 0, maximum: 65_535 };
const STEP_SIZE: Keywords = { minimum: 1, maximum: 10_000 };
const SECONDS: Keywords = { minimum: 0, maximum: 2 ** 31 - 1 };

/** By `Structure.member` of ECS, and `Structure.member[]` for a list's elements. Source: botocore, ecs/2014-11-13. */
export const LIMITS: Readonly<Record<string, Keywords>> = {
  'CapacityProviderStrategyItem.base': { minimum: 0, maximum: 100_000 },
  'CapacityProviderStrategyItem.weight': { minimum: 0, maximum: 1000 },
  'DaemonDeploymentConfiguration.drainPercent': { minimum: 0, maximum: 100 },
  'DeploymentEarlySuccessCriteria.healthyPercent': { minimum: 0, maximum: 100 },
  'DeploymentLifecycleHookTimeoutConfiguration.timeoutInMinutes': { minimum: 1, maximum: 20_160 },
  'GatewayConnectorFilters.accessTypes': { maxItems: 2 },
  'InstanceRequirementsRequest.allowedInstanceTypes': { maxItems: 400 },
  'InstanceRequirementsRequest.allowedInstanceTypes[]': INSTANCE_TYPE,
  'InstanceRequirementsRequest.excludedInstanceTypes': { maxItems: 400 },
  'InstanceRequirementsRequest.excludedInstanceTypes[]': INSTANCE_TYPE,
  'ListGatewayClusterAssociationsRequest.status': { maxItems: 3 },
  'ListGatewayRoutesRequest.status': { maxItems: 7 },
  'ListGatewaysRequest.status': { maxItems: 5 },
  'ManagedInstancesStorageConfiguration.storageSizeGiB': { minimum: 1 },
  'ManagedScaling.instanceWarmupPeriod': { minimum: 0, maximum: 10_000 },
  'ManagedScaling.maximumScalingStepSize': STEP_SIZE,
  'ManagedScaling.minimumScalingStepSize': STEP_SIZE,
  'ManagedScaling.targetCapacity': { minimum: 1, maximum: 100 },
  'MetricConfiguration.metricNames': { minItems: 1, maxItems: 5 },
  'MetricConfiguration.metricNames[]': { minLength: 1, maxLength: 255 },
  'MetricConfiguration.resolutionSeconds': { minimum: 20, maximum: 60 },
  'ServiceConnectClientAlias.port': PORT,
  'ServiceConnectService.ingressPortOverride': PORT,
  'Tag.key': TAG_KEY,
  'Tag.value': { maxLength: 256, pattern: TAG_TEXT },
  'TimeoutConfiguration.idleTimeoutSeconds': SECONDS,
  'TimeoutConfiguration.perRequestTimeoutSeconds': SECONDS,
  'UntagResourceRequest.tagKeys[]': TAG_KEY,
};

/** By the name of a list shape of ECS, wherever it is used. Source: botocore, ecs/2014-11-13. */
export const LIST_LIMITS: Readonly<Record<string, Keywords>> = {
  GatewayConnectorList: { maxItems: 1 },
  MetricConfigurationList: { maxItems: 5 },
  ServiceConnectContainerConfigurations: { maxItems: 10 },
  Tags: { maxItems: 50 },
};

/** Numbers of ECS requests that may have a fraction; all others are whole. Source: botocore, ecs/2014-11-13. */
export const DOUBLES: readonly string[] = [
  'CanaryConfiguration.canaryPercent',
  'DaemonDeploymentConfiguration.drainPercent',
  'LinearConfiguration.stepPercent',
  'MemoryGiBPerVCpuRequest.max',
  'MemoryGiBPerVCpuRequest.min',
  'NetworkBandwidthGbpsRequest.max',
  'NetworkBandwidthGbpsRequest.min',
  'Resource.doubleValue',
  'Scale.value',
  'TotalLocalStorageGBRequest.max',
  'TotalLocalStorageGBRequest.min',
];

/**
 * Enumerations whose values are told to the client, in the order ECS tells them; the SDK has them by the alphabet.
 * Source: ECS's words `launch type should be one of [EC2,FARGATE,EXTERNAL]`,
 * `Scheduling strategy should be one of [REPLICA,DAEMON]`.
 */
export const ENUM_ORDER: Readonly<Record<string, readonly string[]>> = {
  LaunchType: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'],
  SchedulingStrategy: ['REPLICA', 'DAEMON'],
};
