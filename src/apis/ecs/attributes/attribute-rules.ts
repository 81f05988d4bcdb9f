import type { Attribute } from '@aws-sdk/client-ecs';
import { AwsError } from '../../../model/aws-error.ts';
import type { Cluster } from '../../../model/cluster.ts';
import type { ContainerInstance } from '../../../model/container-instance.ts';
import { clusterInstances } from '../../../model/place-on-cluster.ts';
import { containerInstanceArnOf } from '../container-instances/find-instance.ts';
import type { EcsContext } from '../dependencies.ts';
import { atMost } from '../limits.ts';
import { refuse } from '../refuse.ts';

/** Source: ECS API reference, Attribute: its form. The wording is ours. */
export function checkAttribute({ name = '', value = '' }: Attribute): void {
  if (!/^[a-zA-Z0-9\-_./\\]{1,128}$/.test(name))
    refuse(`Attribute name '${name}' is invalid. A name has 1 to 128 letters, digits or -_./\\.`);
  if (!/^(?:[a-zA-Z0-9\-_.@:/\\](?:[a-zA-Z0-9\-_.@:/\\ ]{0,126}[a-zA-Z0-9\-_.@:/\\])?)?$/.test(value))
    refuse(
      `The value of attribute '${name}' is invalid. A value has up to 128 letters, digits, spaces within or -_.@:/\\.`,
    );
}

/**
 * The container instances that attributes are of, each with its own, in the request's order. Source: ECS API reference,
 * PutAttributes: at most ten a request; TargetNotFoundException's description.
 */
export function attributeTargets(
  context: EcsContext,
  cluster: Cluster,
  attributes: readonly Attribute[] | undefined,
): { instance: ContainerInstance; attributes: Attribute[] }[] {
  if (!attributes || attributes.length === 0) return refuse('attributes can not be empty.');
  atMost('attributes', attributes, 10);
  const instances = clusterInstances(context, cluster).filter(({ status }) => status !== 'INACTIVE');
  const targets = new Map<ContainerInstance, Attribute[]>();
  for (const attribute of attributes) {
    checkAttribute(attribute);
    const { targetId = '' } = attribute;
    const arn = containerInstanceArnOf(cluster.scope, cluster.name, targetId);
    const instance = instances.find((one) => one.arn === arn);
    if (!instance) {
      throw new AwsError(
        'TargetNotFoundException',
        "The specified target wasn't found. You can view your available container instances with ListContainerInstances. Amazon ECS container instances are cluster-specific and Region-specific.",
      );
    }
    targets.set(instance, [...(targets.get(instance) ?? []), attribute]);
  }
  return [...targets].map(([instance, own]) => ({ instance, attributes: own }));
}

/** As ECS answers it. Source: AWS CLI reference, put-attributes and list-attributes, examples. */
export const attributeShape = (instance: ContainerInstance, { name, value }: Attribute): Attribute => ({
  name,
  targetId: instance.arn,
  ...(value !== undefined && value !== '' && { value }),
});
