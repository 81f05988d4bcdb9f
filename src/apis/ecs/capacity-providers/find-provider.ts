import { ClientException } from '../../../model/aws-error.ts';
import { isFargateProvider, type CapacityProvider } from '../../../model/capacity-provider.ts';
import type { Scope } from '../../../model/caller.ts';
import type { EcsContext } from '../dependencies.ts';
import { isArn, ownArn } from '../identifiers.ts';

/** The name of the provider that a request names by short name or ARN. */
export const providerNameOf = (scope: Scope, identifier: string): string =>
  isArn(identifier) ? ownArn(scope, identifier, 'capacity-provider').resource : identifier;

/** A provider that was made by a user, in use or not; none for Fargate's own. */
export const findProvider = ({ store, caller }: EcsContext, name: string): CapacityProvider | undefined =>
  isFargateProvider(name) ? undefined : store.capacityProviders.get(caller, name);

/** The same for what changes one. Source of the words: ECS, recorded in Terraform's AWS provider. */
export function findActiveProvider(context: EcsContext, identifier: string): CapacityProvider {
  const found = findProvider(context, providerNameOf(context.caller, identifier));
  if (found?.status !== 'ACTIVE')
    throw new ClientException(
      'The specified capacity provider does not exist. Specify a valid name or ARN and try again.',
    );
  return found;
}
