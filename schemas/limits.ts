/** What AWS's model says and its SDK for JavaScript leaves out: bounds, and which numbers may have a fraction. */

/** By `Structure.member` of ECS. Source: botocore, ecs/2014-11-13. */
export const LIMITS: Readonly<Record<string, Record<string, unknown>>> = {
  'CapacityProviderStrategyItem.base': { minimum: 0, maximum: 100_000 },
  'CapacityProviderStrategyItem.weight': { minimum: 0, maximum: 1000 },
  'ManagedScaling.targetCapacity': { minimum: 1, maximum: 100 },
  'ManagedScaling.minimumScalingStepSize': { minimum: 1, maximum: 10_000 },
  'ManagedScaling.maximumScalingStepSize': { minimum: 1, maximum: 10_000 },
  'ManagedScaling.instanceWarmupPeriod': { minimum: 0, maximum: 10_000 },
  'ServiceConnectService.ingressPortOverride': { minimum: 0, maximum: 65_535 },
  'ServiceConnectClientAlias.port': { minimum: 0, maximum: 65_535 },
};

/** Numbers with a fraction, by `Structure.member` of ECS; all others are whole. */
export const DOUBLES: ReadonlySet<string> = new Set([
  'CanaryConfiguration.canaryPercent',
  'DaemonDeploymentConfiguration.drainPercent',
  'LinearConfiguration.stepPercent',
  'ManagedApplicationAutoScalingPolicy.targetValue',
  'MemoryGiBPerVCpuRequest.min',
  'MemoryGiBPerVCpuRequest.max',
  'NetworkBandwidthGbpsRequest.min',
  'NetworkBandwidthGbpsRequest.max',
  'Resource.doubleValue',
  'Scale.value',
  'ServiceRevisionSummary.requestedTestTrafficWeight',
  'ServiceRevisionSummary.requestedProductionTrafficWeight',
  'TotalLocalStorageGBRequest.min',
  'TotalLocalStorageGBRequest.max',
]);
