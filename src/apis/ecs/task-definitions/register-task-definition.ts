import type { RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { taskDefinitionArn } from '../../../model/arn.ts';
import type { TaskDefinition } from '../../../model/task-definition.ts';
import type { EcsOperation } from '../dependencies.ts';
import { checkTags } from '../tag-rules.ts';
import { compatibilities } from './compatibilities.ts';
import { storedDefinition } from './defaults.ts';
import { requiredAttributes } from './required-attributes.ts';
import { allRules } from './rules/all-rules.ts';
import { checkRules, registrationOf } from './rules/rule.ts';

/** Checks a definition by every rule and saves it as the family's next revision. */
export const registerTaskDefinition: EcsOperation<
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse
> = ({ store, caller, now }, input) => {
  const registration = registrationOf(input, caller);
  checkRules(registration, allRules);
  checkTags(input.tags, caller);
  const scope = { account: caller.account, region: caller.region };
  const family = input.family ?? '';
  const saved = store.transaction((): TaskDefinition => {
    const revision = store.taskDefinitions.nextRevision(scope, family);
    const arn = taskDefinitionArn(scope, family, revision);
    const definition = storedDefinition(input, {
      taskDefinitionArn: arn,
      revision,
      compatibilities: compatibilities(registration),
      registeredAt: now(),
      registeredBy: caller.principalArn,
    });
    const requiresAttributes = requiredAttributes(definition);
    const registered: TaskDefinition = {
      scope,
      arn,
      family,
      revision,
      status: 'ACTIVE',
      definition: { ...definition, ...(requiresAttributes && { requiresAttributes }) },
      tags: input.tags ?? [],
    };
    store.taskDefinitions.put(registered);
    return registered;
  });
  return { taskDefinition: saved.definition, ...(input.tags && { tags: input.tags }) };
};
