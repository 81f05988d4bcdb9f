import { NAME_PATTERN } from '../../identifiers.ts';
import { eachContainer, firstDuplicate, type Rule } from './rule.ts';

const isBlank = (text: string | undefined): boolean => text === undefined || text === '';

/** Names come first: they become folder, project and container names. */
export const nameRules: readonly Rule[] = [
  // Source: ECS's words, recorded in GitHub issues: `Family can not be blank.`, `Family contains invalid characters.`
  ({ definition: { family } }) => (isBlank(family) ? 'Family can not be blank.' : undefined),
  ({ definition: { family = '' } }) =>
    NAME_PATTERN.test(family) ? undefined : 'Family contains invalid characters.',
  // Source: ECS's words, September 2026.
  ({ containers }) => (containers.length === 0 ? 'Container list cannot be empty.' : undefined),
  // Source: ECS's words, recorded in GitHub issues; ECS service quotas: ten.
  ({ containers }) => (containers.length > 10 ? 'Too many containers.' : undefined),
  eachContainer([
    // Source: ECS's words, recorded in GitHub issues.
    ({ name }) => (isBlank(name) ? 'Container.name should not be null or empty.' : undefined),
    ({ name = '' }) => (NAME_PATTERN.test(name) ? undefined : 'Container.name contains invalid characters.'),
    ({ image }) => (isBlank(image) ? 'Container.image should not be null or empty.' : undefined),
  ]),
  // Source: ECS's words, September 2026.
  ({ containers }) =>
    firstDuplicate(containers.map(({ name = '' }) => name)) === undefined
      ? undefined
      : 'Container names must be unique within a task definition',
  ({ containers }) =>
    containers.some(({ essential = true }) => essential)
      ? undefined
      : "Task definition doesn't have any essential container",
];
