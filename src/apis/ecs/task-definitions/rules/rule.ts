import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { ClientException } from '../../../../model/aws-error.ts';
import type { Caller } from '../../../../model/caller.ts';

/** What the rules look at: the request, before defaults, and who sent it. */
export type Registration = {
  readonly definition: RegisterTaskDefinitionRequest;
  readonly containers: readonly ContainerDefinition[];
  /** Asked for with `requiresCompatibilities`. */
  readonly fargate: boolean;
  /** As ECS treats it: `bridge` when not given. */
  readonly networkMode: string;
  readonly caller: Caller;
};

/** ECS's message when the rule is broken. */
export type Rule = (registration: Registration) => string | undefined;

/** The same for each container. */
export type ContainerRule = (
  container: ContainerDefinition,
  registration: Registration,
) => string | undefined;

/** Rules for containers as one rule: all rules of the first container, then those of the next. */
export const eachContainer =
  (rules: readonly ContainerRule[]): Rule =>
  (registration) => {
    for (const container of registration.containers) {
      for (const rule of rules) {
        const message = rule(container, registration);
        if (message !== undefined) return message;
      }
    }
    return undefined;
  };

/** Rules that hold for Fargate only. */
export const onFargate =
  (rule: Rule): Rule =>
  (registration) =>
    registration.fargate ? rule(registration) : undefined;

export const registrationOf = (definition: RegisterTaskDefinitionRequest, caller: Caller): Registration => ({
  definition,
  containers: definition.containerDefinitions ?? [],
  fargate: definition.requiresCompatibilities?.includes('FARGATE') ?? false,
  networkMode: definition.networkMode ?? 'bridge',
  caller,
});

/** Throws the message of the first broken rule. All of RegisterTaskDefinition's are ClientExceptions. */
export function checkRules(registration: Registration, rules: readonly Rule[]): void {
  for (const rule of rules) {
    const message = rule(registration);
    if (message !== undefined) throw new ClientException(message);
  }
}

/** The first value that occurs twice. */
export function firstDuplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) < index);
}
