import type { ContainerDefinition, ResourceRequirement } from '@aws-sdk/client-ecs';

/** What is wrong with the devices that a container asks for. */
export function devicesProblem(
  { name = '', resourceRequirements = [] }: ContainerDefinition,
  onFargate: boolean,
): string | undefined {
  for (const requirement of resourceRequirements) {
    // Source: ECS's words, September 2026.
    if (requirement.type === 'GPU' && onFargate)
      return 'Tasks using the Fargate launch type do not support GPU resource requirements.';
    // Source: ECS API reference, ResourceRequirement. The wording follows ECS's for other members.
    if (!isAmount(requirement)) return `Invalid 'resourceRequirements' setting for container '${name}'.`;
  }
  return undefined;
}

function isAmount({ type, value, sharingStrategy }: ResourceRequirement): boolean {
  if (type === 'NeuronDevice') return value === 'ALL';
  // It is to name one of the definition's accelerators, and AWS takes no definition that has any.
  if (type === 'InferenceAccelerator') return false;
  return sharingStrategy === undefined
    ? value === 'ALL' || /^[1-9]\d{0,3}$/.test(value ?? '')
    : value === undefined;
}
