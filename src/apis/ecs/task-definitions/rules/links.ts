import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { hasCycle } from './cycles.ts';
import { eachContainer, type Rule } from './rule.ts';

const LINK = /^([a-zA-Z0-9\-_]{1,255})(?::[a-zA-Z0-9\-_]{1,255})?$/;

/** Which containers this one has names for. */
const linkedBy = ({ links = [] }: ContainerDefinition): string[] =>
  links.map((link) => LINK.exec(link)?.[1] ?? '');

/** Names that containers have for each other. */
export const linkRules: readonly Rule[] = [
  eachContainer([
    // Source: ECS API reference, ContainerDefinition.links: `name:internalName` or `name`. The wording is ours.
    ({ name = '', links = [] }) =>
      links.every((link) => LINK.test(link)) ? undefined : `Invalid 'links' setting for container '${name}'.`,
    // The wording is ours.
    (container, { containers }) => {
      const unknown = linkedBy(container).find((target) => !containers.some(({ name }) => name === target));
      return unknown === undefined
        ? undefined
        : `Cannot link to container '${unknown}' because it does not exist`;
    },
  ]),
  // Source: ECS's words, recorded in GitHub issues.
  ({ containers }) =>
    hasCycle(containers, linkedBy) ? 'Container links should not have a cycle' : undefined,
];
