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
import { describeEvents, describeStackEvents } from './stacks/events.ts';
import { listExports, listImports } from './stacks/exports.ts';
import { describeStackResource, describeStackResources, listStackResources } from './stacks/resources.ts';
import { cancelUpdateStack, continueUpdateRollback, rollbackStack } from './stacks/rollback.ts';
import {
  describeAccountLimits,
  describeStackDriftDetectionStatus,
  describeStackResourceDrifts,
  detectStackDrift,
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
  DescribeStackDriftDetectionStatus: describeStackDriftDetectionStatus,
  DescribeStackResourceDrifts: describeStackResourceDrifts,
  DescribeAccountLimits: describeAccountLimits,
} as const;

/** CloudFormation bound to what it needs. */
export function createCloudFormationApi(dependencies: CloudFormationDependencies): Api {
  return {
    ...cloudFormationHead,
    actions: bindActions(operations, dependencies),
    schema: 'cloudformation',
    ...sharedRefusals((shown, path, rule) => validationError(violationWords(shown, lowerFirst(path), rule))),
  };
}
