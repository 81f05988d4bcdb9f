import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { hasHealthCheck } from '../../../../model/container-dependencies.ts';
import { hasCycle } from './cycles.ts';
import { eachContainer, type Rule } from './rule.ts';

/** Which containers this one waits for, by name. */
const dependenciesOf = ({ dependsOn = [] }: ContainerDefinition): string[] =>
  dependsOn.flatMap(({ containerName }) => containerName ?? []);

/** Order of starting and what containers take from each other. */
export const dependencyRules: readonly Rule[] = [
  eachContainer([
    ({ dependsOn = [] }, { containers }) => {
      for (const { containerName = '', condition } of dependsOn) {
        const target = containers.find(({ name }) => name === containerName);
        // Source: ECS's words, September 2026; the plus sign is ECS's.
        if (!target) return `Cannot depend on container + '${containerName}' because it does not exist`;
        // Source: ECS's words, September 2026.
        if ((condition === 'SUCCESS' || condition === 'COMPLETE') && target.essential !== false) {
          return 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container';
        }
        if (condition === 'HEALTHY' && !hasHealthCheck(target)) {
          return 'A dependency container with HEALTHY condition must have health check configured';
        }
      }
      return undefined;
    },
  ]),
  // Source: ECS developer guide: dependencies must not be circular. ECS's own wording is not known.
  ({ containers }) =>
    hasCycle(containers, dependenciesOf) ? 'Container dependsOn contains a cycle' : undefined,
];
