import type { ServiceRegistry } from '@aws-sdk/client-ecs';
import { InvalidParameterException } from '../../../model/aws-error.ts';
import { lookUpRegistry, type ServiceRegistryFacts } from '../../../model/registration.ts';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import type { EcsContext } from '../dependencies.ts';
import { checkContainers } from './service-rules.ts';

const refuse = (message: string): never => {
  throw new InvalidParameterException(message);
};

/**
 * Goes on with what Cloud Map says of a request's registry; at once where there is none. Undefined: none, or an upstream
 * that does not serve Cloud Map. Throws InvalidParameterException for one that is not there.
 */
export function withRegistry<Answer>(
  context: EcsContext,
  { serviceRegistries: registries }: { readonly serviceRegistries?: readonly ServiceRegistry[] | undefined },
  goOn: (registry: ServiceRegistryFacts | undefined) => Answer,
): Answer | Promise<Answer> {
  const [registry] = registries ?? [];
  if (!registry) return goOn(undefined);
  const arn = registry.registryArn ?? '';
  return lookUpRegistry(context.calls, arn, context).then((found) => {
    // The wording is ours.
    if (found === 'absent') return refuse(`The service registry does not exist. Registry: ${arn}`);
    return goOn(found === 'unknown' ? undefined : found);
  });
}

/**
 * Source: ECS API reference, ServiceRegistry; ECS developer guide, service discovery considerations. ECS's words, as
 * public reports quote them, where not said otherwise.
 */
export function checkRegistry(
  definition: AwsTaskDefinition,
  registry: ServiceRegistry | undefined,
  facts: ServiceRegistryFacts | undefined,
): void {
  if (!registry) return;
  const { registryArn = '', port, containerName, containerPort } = registry;
  const of = `Registry: ${registryArn}`;
  const hasContainer = containerName !== undefined && containerPort !== undefined;
  if (hasContainer && port !== undefined)
    refuse(
      "Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. Remove one and retry.",
    );
  if (containerPort !== undefined) checkContainers(definition, [{ containerName, containerPort }]);
  if (definition.networkMode !== 'awsvpc') {
    if (!hasContainer)
      refuse(
        `When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be specified from the task definition. ${of}`,
      );
    // The wording is ours.
    if (facts && facts.recordTypes.length > 0 && !facts.recordTypes.includes('SRV'))
      refuse(
        `When specifying 'host' or 'bridge' for networkMode, the service registry must use a DNS record of the type SRV. ${of}`,
      );
    return;
  }
  if (!facts || facts.recordTypes.length === 0) return;
  if (facts.recordTypes.includes('SRV')) {
    // The wording follows that of both.
    if (!hasContainer && port === undefined)
      refuse(
        `Specify a value for either 'port' or the 'containerName' and 'containerPort' combination. ${of}`,
      );
    return;
  }
  const needless = containerPort === undefined ? (port === undefined ? undefined : 'port') : 'containerPort';
  if (needless !== undefined)
    refuse(
      `The values specified for serviceRegistries do not require a value for '${needless}'. Remove the value and retry. ${of}`,
    );
}
