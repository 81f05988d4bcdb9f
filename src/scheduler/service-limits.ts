import type { Deployment, Service } from '../model/service.ts';

/** How many tasks there may be, STOPPING ones included, and how many must be healthy. */
export type Limits = { readonly maxTasks: number; readonly minHealthy: number };

/** Source: ECS developer guide, rolling update: maximumPercent is rounded down, minimumHealthyPercent up. */
export function limitsOf({ desiredCount, deploymentConfiguration }: Service): Limits {
  const { maximumPercent = 200, minimumHealthyPercent = 100 } = deploymentConfiguration;
  return {
    maxTasks: Math.floor((desiredCount * maximumPercent) / 100),
    minHealthy: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
  };
}

const MAX_THROTTLE_MS = 15 * 60_000;
/** A task that ran and then ended is tried again sooner: it may depend on something that comes up. */
const MAX_RESTART_MS = 60_000;

/**
 * How long to wait after so many failures in a row before the next start: the second try comes at once, then the wait
 * doubles from a second. Source: ECS developer guide, service throttle logic: up to 15 minutes for tasks that never got
 * to RUNNING. The first steps are not documented.
 */
export function throttleMs({ startFailures }: Deployment, everRan: boolean): number {
  if (startFailures <= 1) return 0;
  return Math.min(everRan ? MAX_RESTART_MS : MAX_THROTTLE_MS, 2 ** (startFailures - 2) * 1000);
}
