import type {
  PolicyType,
  PredictiveScalingPolicyConfiguration,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { Scope } from './caller.ts';
import { serviceArn, type ServiceArn, type TaskArn } from './arn.ts';

/** The desired count of a service, as something to be scaled. */
export type ScalableTarget = {
  readonly scope: Scope;
  readonly arn: string;
  /** `service/<cluster>/<service>` */
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly roleArn: string;
  readonly suspended: { readonly scaleIn: boolean; readonly scaleOut: boolean; readonly scheduled: boolean };
  readonly tags?: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  /** When target tracking last changed the desired count: what cooldowns count from. */
  readonly scaledOutAt?: Date;
  readonly scaledInAt?: Date;
};

export type ScheduledAction = {
  readonly scope: Scope;
  readonly arn: string;
  readonly resourceId: string;
  readonly name: string;
  /** `at(…)`, `rate(…)` or `cron(…)` */
  readonly schedule: string;
  readonly timezone?: string;
  readonly startTime?: Date;
  readonly endTime?: Date;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
  readonly createdAt: Date;
  /** Nothing up to this moment is to fire (again). */
  readonly firedUpTo: Date;
};

export type ScalingPolicy = {
  readonly scope: Scope;
  readonly arn: string;
  readonly resourceId: string;
  readonly name: string;
  readonly policyType: PolicyType;
  readonly stepScaling?: StepScalingPolicyConfiguration;
  readonly targetTracking?: TargetTrackingScalingPolicyConfiguration;
  readonly predictiveScaling?: PredictiveScalingPolicyConfiguration;
  readonly createdAt: Date;
};

/** The predefined metrics of a service that are measured here, and those that are not: load balancers take no traffic. */
export const MEASURED: readonly string[] = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
];
export const STORED: readonly string[] = ['ALBRequestCountPerTarget'];
export const isMeasured = (metric: string | undefined): boolean =>
  metric !== undefined && MEASURED.includes(metric);

/** Whether a policy is acted on: target tracking of what is measured here. */
export const isTracking = ({ policyType, targetTracking }: ScalingPolicy): boolean =>
  policyType === 'TargetTrackingScaling' &&
  isMeasured(targetTracking?.PredefinedMetricSpecification?.PredefinedMetricType);

export type ScalingActivity = {
  readonly id: string;
  readonly scope: Scope;
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: Date;
};

/** One kind of what is stored, by its resource and name. */
export interface ScalingTable<Item> {
  get(scope: Scope, resourceId: string, name: string): Item | undefined;
  put(item: Item): void;
  delete(item: Item): void;
  /** Of one account and region, ascending by resource and name. */
  list(scope: Scope): Item[];
  /** Of every account and region. */
  all(): Item[];
}

export interface ScalingStore {
  /** Their name is ''. */
  readonly targets: ScalingTable<ScalableTarget>;
  readonly actions: ScalingTable<ScheduledAction>;
  readonly policies: ScalingTable<ScalingPolicy>;
  addActivity(activity: ScalingActivity): void;
  /** Newest first. */
  activities(scope: Scope): ScalingActivity[];
}

/** What a task uses of what it reserved, in percent; undefined when nothing of it runs. */
export interface TaskMetrics {
  utilization(
    task: TaskArn,
    signal: AbortSignal,
  ): Promise<{ readonly cpuPercent: number; readonly memoryPercent: number } | undefined>;
}

/** The only one that is scaled here. */
export const DIMENSION = 'ecs:service:DesiredCount' as const;

/** What a desired count is to become, in the words of the activity that tells of it. */
export type CapacityChange = { readonly desiredCount: number; readonly cause: string };

/**
 * The change that new bounds bring at once; undefined when the desired count lies between them. Suspended scaling does
 * not hold it back: that is of policies and scheduled actions. Source: AWS CLI reference, describe-scaling-activities,
 * example (cause and description).
 */
export function changeOfBounds(
  { minCapacity, maxCapacity }: Pick<ScalableTarget, 'minCapacity' | 'maxCapacity'>,
  desiredCount: number,
): CapacityChange | undefined {
  if (desiredCount < minCapacity)
    return { desiredCount: minCapacity, cause: `minimum capacity was set to ${minCapacity}` };
  if (desiredCount > maxCapacity)
    return { desiredCount: maxCapacity, cause: `maximum capacity was set to ${maxCapacity}` };
  return undefined;
}

/** The service that a resource id names; undefined when it is none. Source: RegisterScalableTarget, API reference. */
export function scaledService(scope: Scope, resourceId: string): ServiceArn | undefined {
  const [, cluster, name] =
    /^service\/([a-zA-Z0-9_-]{1,255})\/([a-zA-Z0-9_-]{1,255})$/.exec(resourceId) ?? [];
  return cluster === undefined || name === undefined ? undefined : serviceArn(scope, cluster, name);
}
