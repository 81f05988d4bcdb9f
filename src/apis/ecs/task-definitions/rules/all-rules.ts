import { containerRules } from './containers.ts';
import { dependencyRules } from './dependencies.ts';
import { fargateRules } from './fargate.ts';
import { linkRules } from './links.ts';
import { nameRules } from './names.ts';
import { linuxRules } from './linux.ts';
import { loggingRules } from './logging.ts';
import { networkModeRules } from './network-mode.ts';
import { portRules } from './ports.ts';
import { proxyRules } from './proxy.ts';
import { resourceRules } from './resources.ts';
import type { Rule } from './rule.ts';
import { taskRules } from './task.ts';
import { volumeRules } from './volumes.ts';

/**
 * Every rule in the order in which they are checked. Known of ECS's order: a missing memory is reported before
 * anything about Fargate. Names come first because nothing unchecked may be made out of them.
 */
export const allRules: readonly Rule[] = [
  ...nameRules,
  ...resourceRules,
  ...taskRules,
  ...volumeRules,
  ...containerRules,
  ...linuxRules,
  ...loggingRules,
  ...dependencyRules,
  ...networkModeRules,
  ...linkRules,
  ...portRules,
  ...proxyRules,
  ...fargateRules,
];
