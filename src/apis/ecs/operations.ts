import { bindActions, type Api, type BoundAction } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import { deleteAccountSetting } from './account-settings/delete-account-setting.ts';
import { listAccountSettings } from './account-settings/list-account-settings.ts';
import { putAccountSettingDefault } from './account-settings/put-account-setting-default.ts';
import { putAccountSetting } from './account-settings/put-account-setting.ts';
import { deleteAttributes } from './attributes/delete-attributes.ts';
import { listAttributes } from './attributes/list-attributes.ts';
import { putAttributes } from './attributes/put-attributes.ts';
import { createCapacityProvider } from './capacity-providers/create-capacity-provider.ts';
import { deleteCapacityProvider } from './capacity-providers/delete-capacity-provider.ts';
import { describeCapacityProviders } from './capacity-providers/describe-capacity-providers.ts';
import { updateCapacityProvider } from './capacity-providers/update-capacity-provider.ts';
import { createCluster } from './clusters/create-cluster.ts';
import { deleteCluster } from './clusters/delete-cluster.ts';
import { describeClusters } from './clusters/describe-clusters.ts';
import { listClusters } from './clusters/list-clusters.ts';
import { putClusterCapacityProviders } from './clusters/put-cluster-capacity-providers.ts';
import { updateClusterSettings } from './clusters/update-cluster-settings.ts';
import { updateCluster } from './clusters/update-cluster.ts';
import { deregisterContainerInstance } from './container-instances/deregister-container-instance.ts';
import { describeContainerInstances } from './container-instances/describe-container-instances.ts';
import { listContainerInstances } from './container-instances/list-container-instances.ts';
import { registerContainerInstance } from './container-instances/register-container-instance.ts';
import { updateContainerAgent } from './container-instances/update-container-agent.ts';
import { updateContainerInstancesState } from './container-instances/update-container-instances-state.ts';
import { continueServiceDeployment } from './services/continue-service-deployment.ts';
import { createService } from './services/create-service.ts';
import { deleteService } from './services/delete-service.ts';
import { describeServices } from './services/describe-services.ts';
import { listServices } from './services/list-services.ts';
import { updateService } from './services/update-service.ts';
import { describeServiceDeployments } from './services/describe-service-deployments.ts';
import { describeServiceRevisions } from './services/describe-service-revisions.ts';
import { listServiceDeployments } from './services/list-service-deployments.ts';
import { listServicesByNamespace } from './services/list-services-by-namespace.ts';
import { stopServiceDeployment } from './services/stop-service-deployment.ts';
import { listTagsForResource } from './tags/list-tags-for-resource.ts';
import { tagResource } from './tags/tag-resource.ts';
import { untagResource } from './tags/untag-resource.ts';
import { deleteTaskDefinitions } from './task-definitions/delete-task-definitions.ts';
import { deregisterTaskDefinition } from './task-definitions/deregister-task-definition.ts';
import { describeTaskDefinition } from './task-definitions/describe-task-definition.ts';
import { listTaskDefinitionFamilies } from './task-definitions/list-task-definition-families.ts';
import { listTaskDefinitions } from './task-definitions/list-task-definitions.ts';
import { registerTaskDefinition } from './task-definitions/register-task-definition.ts';
import { createTaskSet } from './task-sets/create-task-set.ts';
import { describeTaskSets } from './task-sets/describe-task-sets.ts';
import { updateTaskSet } from './task-sets/update-task-set.ts';
import { updateServicePrimaryTaskSet } from './task-sets/update-service-primary-task-set.ts';
import { deleteTaskSet } from './task-sets/delete-task-set.ts';
import { describeTasks } from './tasks/describe-tasks.ts';
import { getTaskProtection } from './tasks/get-task-protection.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { runTask } from './tasks/run-task.ts';
import { startTask } from './tasks/start-task.ts';
import { stopTask } from './tasks/stop-task.ts';
import { updateTaskProtection } from './tasks/update-task-protection.ts';
import type { EcsDependencies } from './dependencies.ts';
import { invalidEnum, invalidValue, missingMember } from './schema-errors.ts';
import { ecsHead } from './wire.ts';

export type { EcsDependencies } from './dependencies.ts';

/** Every action that is built, by its AWS name. */
export const operations = {
  CreateCluster: createCluster,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  DeleteCluster: deleteCluster,
  RegisterTaskDefinition: registerTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  ListTaskDefinitions: listTaskDefinitions,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  RunTask: runTask,
  StartTask: startTask,
  StopTask: stopTask,
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  GetTaskProtection: getTaskProtection,
  UpdateTaskProtection: updateTaskProtection,
  CreateService: createService,
  UpdateService: updateService,
  DescribeServices: describeServices,
  ListServices: listServices,
  DeleteService: deleteService,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  ListServiceDeployments: listServiceDeployments,
  ListServicesByNamespace: listServicesByNamespace,
  StopServiceDeployment: stopServiceDeployment,
  ContinueServiceDeployment: continueServiceDeployment,
  CreateTaskSet: createTaskSet,
  DescribeTaskSets: describeTaskSets,
  UpdateTaskSet: updateTaskSet,
  UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
  DeleteTaskSet: deleteTaskSet,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
  ListAccountSettings: listAccountSettings,
  DeleteAccountSetting: deleteAccountSetting,
  CreateCapacityProvider: createCapacityProvider,
  DescribeCapacityProviders: describeCapacityProviders,
  UpdateCapacityProvider: updateCapacityProvider,
  DeleteCapacityProvider: deleteCapacityProvider,
  PutAttributes: putAttributes,
  ListAttributes: listAttributes,
  DeleteAttributes: deleteAttributes,
  RegisterContainerInstance: registerContainerInstance,
  DeregisterContainerInstance: deregisterContainerInstance,
  DescribeContainerInstances: describeContainerInstances,
  ListContainerInstances: listContainerInstances,
  UpdateContainerInstancesState: updateContainerInstancesState,
  UpdateContainerAgent: updateContainerAgent,
} as const;

/** The rest of ECS's actions, API version 2014-11-13. */
export const notBuilt = [
  'ExecuteCommand',
  'DiscoverPollEndpoint',
  'SubmitTaskStateChange',
  'SubmitContainerStateChange',
  'SubmitAttachmentStateChanges',
  'CreateExpressGatewayService',
  'DescribeExpressGatewayService',
  'UpdateExpressGatewayService',
  'DeleteExpressGatewayService',
  'CreateDaemon',
  'DescribeDaemon',
  'ListDaemons',
  'UpdateDaemon',
  'DeleteDaemon',
  'DescribeDaemonDeployments',
  'ListDaemonDeployments',
  'DescribeDaemonRevisions',
  'RegisterDaemonTaskDefinition',
  'DescribeDaemonTaskDefinition',
  'ListDaemonTaskDefinitions',
  'DeleteDaemonTaskDefinition',
  'CreateGateway',
  'DescribeGateway',
  'ListGateways',
  'UpdateGateway',
  'DeleteGateway',
  'DescribeGatewayResources',
  'DescribeGatewayRoute',
  'ListGatewayRoutes',
  'AssociateGatewayWithCluster',
  'DisassociateGatewayFromCluster',
  'ListGatewayClusterAssociations',
] as const;

/** The ECS API bound to what it needs. */
export function createEcsApi(dependencies: EcsDependencies): Api {
  const refused = notBuilt.map((name): [string, BoundAction] => [name, () => refuseNotBuilt(name)]);
  return {
    ...ecsHead,
    actions: { ...bindActions(operations, dependencies), ...Object.fromEntries(refused) },
    schema: 'ecs',
    missingMember,
    invalidEnum,
    invalidValue,
  };
}

function refuseNotBuilt(action: string): never {
  throw new AwsError('UnsupportedFeatureException', `ecsidecar does not implement ${action} yet.`);
}
