import type { Stack, StackEvent, StackResource } from '../../../model/stack.ts';

/** An event that has neither its time nor its id yet. */
export type NewEvent = Omit<StackEvent, 'id' | 'at'>;

/** What is told of a stack as a whole. */
export const stackEvent = (stack: Stack, status: string, reason?: string): NewEvent => ({
  stackId: stack.id,
  stackName: stack.name,
  logicalId: stack.name,
  physicalId: stack.id,
  type: 'AWS::CloudFormation::Stack',
  status,
  ...(reason !== undefined && { reason }),
  ...tokenOf(stack),
});

/** What is told of a resource, in its status and with its reason. */
export const resourceEvent = (
  stack: Stack,
  { logicalId, physicalId = '', type, properties, status, statusReason }: StackResource,
): NewEvent => ({
  stackId: stack.id,
  stackName: stack.name,
  logicalId,
  physicalId,
  type,
  status,
  ...(statusReason !== undefined && { reason: statusReason }),
  properties: JSON.stringify(properties),
  ...tokenOf(stack),
});

const tokenOf = ({ operation }: Stack): Pick<NewEvent, 'clientRequestToken' | 'operationId'> => ({
  ...(operation?.clientRequestToken !== undefined && { clientRequestToken: operation.clientRequestToken }),
  ...(operation !== undefined && { operationId: operation.id }),
});
