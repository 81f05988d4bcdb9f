import type {
  Stack as StackAnswer,
  StackResource as ResourceAnswer,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { Stack, StackParameter, StackResource } from '../../../model/stack.ts';

/** A stack as DescribeStacks answers it. */
export function stackShape(stack: Stack): StackAnswer {
  const { version } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(version?.changeSetId !== undefined && { ChangeSetId: version.changeSetId }),
    ...(version?.description !== undefined && { Description: version.description }),
    ...(version && version.parameters.length > 0 && { Parameters: version.parameters.map(parameterShape) }),
    CreationTime: stack.createdAt,
    ...(stack.updatedAt && { LastUpdatedTime: stack.updatedAt }),
    ...(stack.deletedAt && { DeletionTime: stack.deletedAt }),
    RollbackConfiguration: { RollbackTriggers: [], ...version?.rollbackConfiguration },
    StackStatus: stack.status,
    ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...(version?.notificationArns ?? [])],
    ...(stack.timeoutInMinutes !== undefined && { TimeoutInMinutes: stack.timeoutInMinutes }),
    Capabilities: [...(version?.capabilities ?? [])] as StackAnswer['Capabilities'],
    ...(stack.outputs.length > 0 && {
      Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
        OutputKey: key,
        OutputValue: value,
        ...(description !== undefined && { Description: description }),
        ...(exportName !== undefined && { ExportName: exportName }),
      })),
    }),
    ...(version?.roleArn !== undefined && { RoleARN: version.roleArn }),
    Tags: [...(version?.tags ?? [])],
    EnableTerminationProtection: stack.terminationProtection,
    ...familyOf(stack),
    DriftInformation: driftOf(stack),
  };
}

function driftOf({ drift }: Stack): NonNullable<StackAnswer['DriftInformation']> {
  if (!drift) return { StackDriftStatus: 'NOT_CHECKED' };
  const isInSync = drift.resources.every(({ status }) => status === 'IN_SYNC');
  return { StackDriftStatus: isInSync ? 'IN_SYNC' : 'DRIFTED', LastCheckTimestamp: drift.at };
}

const familyOf = ({ parentId, rootId }: Stack): Pick<StackAnswer, 'ParentId' | 'RootId'> => ({
  ...(parentId !== undefined && { ParentId: parentId }),
  ...(rootId !== undefined && { RootId: rootId }),
});

/** Source: CloudFormation API reference, Parameter; NoEcho's values are four asterisks. */
export const parameterShape = ({ name, text, ssmValue, noEcho }: StackParameter) => ({
  ParameterKey: name,
  ParameterValue: noEcho ? '****' : text,
  ...(ssmValue !== undefined && { ResolvedValue: noEcho ? '****' : ssmValue }),
});

export const stackSummary = (stack: Stack): StackSummary => ({
  StackId: stack.id,
  StackName: stack.name,
  ...(stack.version?.description !== undefined && { TemplateDescription: stack.version.description }),
  CreationTime: stack.createdAt,
  ...(stack.updatedAt && { LastUpdatedTime: stack.updatedAt }),
  ...(stack.deletedAt && { DeletionTime: stack.deletedAt }),
  StackStatus: stack.status,
  ...(stack.statusReason !== undefined && { StackStatusReason: stack.statusReason }),
  ...familyOf(stack),
  DriftInformation: driftOf(stack),
});

function resourceDriftOf(
  { drift }: Stack,
  { logicalId, physicalId }: StackResource,
): NonNullable<ResourceAnswer['DriftInformation']> {
  const found = drift?.resources.find((one) => one.logicalId === logicalId && one.physicalId === physicalId);
  return drift && found
    ? { StackResourceDriftStatus: found.status, LastCheckTimestamp: drift.at }
    : { StackResourceDriftStatus: 'NOT_CHECKED' };
}

/** A resource as DescribeStackResources answers it. */
export const resourceShape = (stack: Stack, row: StackResource): ResourceAnswer => ({
  StackName: stack.name,
  StackId: stack.id,
  LogicalResourceId: row.logicalId,
  PhysicalResourceId: row.physicalId ?? '',
  ResourceType: row.type,
  Timestamp: row.updatedAt,
  ResourceStatus: row.status,
  ...(row.statusReason !== undefined && { ResourceStatusReason: row.statusReason }),
  DriftInformation: resourceDriftOf(stack, row),
});
