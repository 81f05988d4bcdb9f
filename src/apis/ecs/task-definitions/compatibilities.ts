import type { Compatibility, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { checkRules, registrationOf, type Registration } from './rules/rule.ts';
import { fargateRules } from './rules/fargate.ts';
import { AwsError } from '../../../model/aws-error.ts';

/**
 * The launch types that a definition could run on, in ECS's order.
 * Source: recorded from ECS, September 2026: bridge gives EXTERNAL and EC2; awsvpc gives EC2, MANAGED_INSTANCES and
 * FARGATE; FARGATE is left out when something of the definition does not fit it, e.g. a stopTimeout over 120.
 */
export function compatibilities(registration: Registration): Compatibility[] {
  if (registration.networkMode !== 'awsvpc') return ['EXTERNAL', 'EC2'];
  return fitsFargate(registration) ? ['EC2', 'MANAGED_INSTANCES', 'FARGATE'] : ['EC2', 'MANAGED_INSTANCES'];
}

function fitsFargate({ definition, caller }: Registration): boolean {
  const asked: RegisterTaskDefinitionRequest = { ...definition, requiresCompatibilities: ['FARGATE'] };
  try {
    checkRules(registrationOf(asked, caller), fargateRules);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
