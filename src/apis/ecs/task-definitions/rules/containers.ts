import { eachContainer, type ContainerRule, type Rule } from './rule.ts';
import { environmentFilesProblem, secretRules } from './secrets.ts';

/** Source: ECS API reference, HealthCheck; ECS's words for a value over the maximum, September 2026. */
const HEALTH_CHECK_LIMITS = [
  { member: 'interval', min: 5, max: 300 },
  { member: 'timeout', min: 2, max: 60 },
  { member: 'retries', min: 1, max: 10 },
  { member: 'startPeriod', min: 0, max: 300 },
] as const;

const healthCheckLimits: ContainerRule = ({ name = '', healthCheck }) => {
  for (const { member, min, max } of HEALTH_CHECK_LIMITS) {
    const value = healthCheck?.[member];
    if (value === undefined) continue;
    if (value > max) {
      return `Health check ${member} must be less than or equal to the maximum allowed value ${max} for container '${name}'`;
    }
    if (value < min) {
      return `Health check ${member} must be greater than or equal to the minimum allowed value ${min} for container '${name}'`;
    }
  }
  return undefined;
};

/** Settings of single containers. */
export const containerRules: readonly Rule[] = [
  eachContainer([
    // Source: ECS's words, September 2026: `Unknown volume 'nope'.`; as users report it, 'null' where none is named.
    ({ mountPoints = [] }, { definition: { volumes = [] } }) => {
      const unknown = mountPoints.find(
        ({ sourceVolume }) =>
          sourceVolume === undefined || !volumes.some(({ name }) => name === sourceVolume),
      );
      return unknown ? `Unknown volume '${unknown.sourceVolume ?? 'null'}'.` : undefined;
    },
    healthCheckLimits,
    // Source: recorded from ECS, September 2026: -1, 0 and 1 are refused, on every launch type. Its wording is not known.
    ({ name = '', startTimeout = 2, stopTimeout = 2 }) =>
      startTimeout < 2
        ? `The 'startTimeout' setting for container '${name}' must be at least 2.`
        : stopTimeout < 2
          ? `The 'stopTimeout' setting for container '${name}' must be at least 2.`
          : undefined,
    // Source: ECS's words, September 2026.
    ({ name = '', restartPolicy }) => {
      const seconds = restartPolicy?.restartAttemptPeriod;
      return seconds !== undefined && (seconds < 60 || seconds > 1800)
        ? `The 'restartAttemptPeriod' setting for container '${name}' must be between 60 and 1800.`
        : undefined;
    },
    // Source: ECS API reference, ContainerRestartPolicy: at most 50. The wording follows ECS's pattern for lists.
    ({ restartPolicy }) =>
      (restartPolicy?.ignoredExitCodes?.length ?? 0) > 50
        ? 'ignoredExitCodes can have at most 50 items.'
        : undefined,
    // Source: ECS's words, September 2026.
    ({ volumesFrom = [] }, { containers }) => {
      const unknown = volumesFrom.find(
        ({ sourceContainer }) => !containers.some(({ name }) => name === sourceContainer),
      );
      return unknown
        ? `Invalid 'volumesFrom' setting. Unknown container: '${unknown.sourceContainer ?? ''}'.`
        : undefined;
    },
    // Source: ECS API reference, HealthCheck.command: NONE, or CMD or CMD-SHELL and what to run. The wording is ours.
    ({ name = '', healthCheck }) => {
      const [kind, ...words] = healthCheck?.command ?? ['NONE'];
      const isCheck = (kind === 'CMD' || kind === 'CMD-SHELL') && words.length > 0;
      return isCheck || kind === 'NONE'
        ? undefined
        : `Invalid 'healthCheck' setting for container '${name}'.`;
    },
    ({ environmentFiles }) => environmentFilesProblem(environmentFiles),
    ...secretRules,
  ]),
];
