import { bindActions, type Api } from '../../model/api.ts';
import { lowerFirst, sharedRefusals, violationWords } from '../../model/violation.ts';
import { createChangeSet } from './change-sets/create-change-set.ts';
import {
  deleteChangeSet,
  describeChangeSet,
  executeChangeSet,
  listChangeSets,
} from './change-sets/change-sets.ts';
import type { CloudFormationDependencies } from './dependencies.ts';
import { signalResource } from './signals/signal-resource.ts';
import { createStack } from './stacks/create-stack.ts';
import { deleteStack } from './stacks/delete-stack.ts';
import { describeStacks, listStacks } from './stacks/describe-stacks.ts';
import {
  describeStackDriftDetectionStatus,
  describeStackResourceDrifts,
  detectStackDrift,
  detectStackResourceDrift,
} from './stacks/drift.ts';
import { describeEvents, describeStackEvents } from './stacks/events.ts';
import { listExports, listImports } from './stacks/exports.ts';
import { describeStackResource, describeStackResources, listStackResources } from './stacks/resources.ts';
import { cancelUpdateStack, continueUpdateRollback, rollbackStack } from './stacks/rollback.ts';
import {
  describeAccountLimits,
  getStackPolicy,
  setStackPolicy,
  updateTerminationProtection,
} from './stacks/settings.ts';
import { getTemplate, getTemplateSummary, validateTemplate } from './stacks/templates.ts';
import { updateStack } from './stacks/update-stack.ts';
import { validationError } from './template/errors.ts';
import { cloudFormationHead } from './wire.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  CreateStack: createStack,
  UpdateStack: updateStack,
  DeleteStack: deleteStack,
  CancelUpdateStack: cancelUpdateStack,
  ContinueUpdateRollback: continueUpdateRollback,
  RollbackStack: rollbackStack,
  DescribeStacks: describeStacks,
  ListStacks: listStacks,
  DescribeStackEvents: describeStackEvents,
  DescribeEvents: describeEvents,
  DescribeStackResource: describeStackResource,
  DescribeStackResources: describeStackResources,
  ListStackResources: listStackResources,
  GetTemplate: getTemplate,
  GetTemplateSummary: getTemplateSummary,
  ValidateTemplate: validateTemplate,
  CreateChangeSet: createChangeSet,
  DescribeChangeSet: describeChangeSet,
  ListChangeSets: listChangeSets,
  ExecuteChangeSet: executeChangeSet,
  DeleteChangeSet: deleteChangeSet,
  SignalResource: signalResource,
  ListExports: listExports,
  ListImports: listImports,
  GetStackPolicy: getStackPolicy,
  SetStackPolicy: setStackPolicy,
  UpdateTerminationProtection: updateTerminationProtection,
  DetectStackDrift: detectStackDrift,
  DetectStackResourceDrift: detectStackResourceDrift,
  DescribeStackDriftDetectionStatus: describeStackDriftDetectionStatus,
  DescribeStackResourceDrifts: describeStackResourceDrifts,
  DescribeAccountLimits: describeAccountLimits,
} as const;

/** What AWS has besides; the gateway answers that it could not find them, and names those that there are. */
export const notBuilt: readonly string[] = [
  'ActivateOrganizationsAccess',
  'ActivateType',
  'BatchDescribeTypeConfigurations',
  'CreateGeneratedTemplate',
  'CreateStackInstances',
  'CreateStackRefactor',
  'CreateStackSet',
  'DeactivateOrganizationsAccess',
  'DeactivateType',
  'DeleteGeneratedTemplate',
  'DeleteStackInstances',
  'DeleteStackSet',
  'DeregisterType',
  'DescribeChangeSetHooks',
  'DescribeGeneratedTemplate',
  'DescribeOrganizationsAccess',
  'DescribePublisher',
  'DescribeResourceScan',
  'DescribeStackInstance',
  'DescribeStackRefactor',
  'DescribeStackSet',
  'DescribeStackSetOperation',
  'DescribeType',
  'DescribeTypeRegistration',
  'DetectStackSetDrift',
  'EstimateTemplateCost',
  'ExecuteStackRefactor',
  'GetGeneratedTemplate',
  'GetHookResult',
  'ImportStacksToStackSet',
  'ListGeneratedTemplates',
  'ListHookResults',
  'ListResourceScanRelatedResources',
  'ListResourceScanResources',
  'ListResourceScans',
  'ListStackInstanceResourceDrifts',
  'ListStackInstances',
  'ListStackRefactorActions',
  'ListStackRefactors',
  'ListStackSetAutoDeploymentTargets',
  'ListStackSetOperationResults',
  'ListStackSetOperations',
  'ListStackSets',
  'ListTypeRegistrations',
  'ListTypeVersions',
  'ListTypes',
  'PublishType',
  'RecordHandlerProgress',
  'RegisterPublisher',
  'RegisterType',
  'SetTypeConfiguration',
  'SetTypeDefaultVersion',
  'StartResourceScan',
  'StopStackSetOperation',
  'TestType',
  'UpdateGeneratedTemplate',
  'UpdateStackInstances',
  'UpdateStackSet',
];

/** CloudFormation bound to what it needs. */
export function createCloudFormationApi(dependencies: CloudFormationDependencies): Api {
  return {
    ...cloudFormationHead,
    actions: bindActions(operations, dependencies),
    schema: 'cloudformation',
    ...sharedRefusals((shown, path, rule) => validationError(violationWords(shown, lowerFirst(path), rule))),
  };
}
