import type { Scope } from './caller.ts';

declare const brand: unique symbol;
export type ClusterArn = string & { readonly [brand]: 'ClusterArn' };
export type TaskArn = string & { readonly [brand]: 'TaskArn' };
export type TaskDefinitionArn = string & { readonly [brand]: 'TaskDefinitionArn' };
export type ServiceArn = string & { readonly [brand]: 'ServiceArn' };
export type ServiceDeploymentArn = string & { readonly [brand]: 'ServiceDeploymentArn' };
export type ServiceRevisionArn = string & { readonly [brand]: 'ServiceRevisionArn' };
export type ContainerInstanceArn = string & { readonly [brand]: 'ContainerInstanceArn' };
export type CapacityProviderArn = string & { readonly [brand]: 'CapacityProviderArn' };
export type ContainerArn = string & { readonly [brand]: 'ContainerArn' };

const ecsArn = (scope: Scope, resource: string): string =>
  `arn:aws:ecs:${scope.region}:${scope.account}:${resource}`;

export const clusterArn = (scope: Scope, cluster: string): ClusterArn =>
  ecsArn(scope, `cluster/${cluster}`) as ClusterArn;

/** `taskId`: 32 lower-case hex digits. */
export const taskArn = (scope: Scope, cluster: string, taskId: string): TaskArn =>
  ecsArn(scope, `task/${cluster}/${taskId}`) as TaskArn;

export const taskDefinitionArn = (scope: Scope, family: string, revision: number): TaskDefinitionArn =>
  ecsArn(scope, `task-definition/${family}:${revision}`) as TaskDefinitionArn;

/** `containerId`: a uuid with dashes. */
export const containerArn = (
  scope: Scope,
  cluster: string,
  taskId: string,
  containerId: string,
): ContainerArn => ecsArn(scope, `container/${cluster}/${taskId}/${containerId}`) as ContainerArn;

/** `id`: 32 lower-case hex digits. */
export const containerInstanceArn = (scope: Scope, cluster: string, id: string): ContainerInstanceArn =>
  ecsArn(scope, `container-instance/${cluster}/${id}`) as ContainerInstanceArn;

export const capacityProviderArn = (scope: Scope, name: string): CapacityProviderArn =>
  ecsArn(scope, `capacity-provider/${name}`) as CapacityProviderArn;

export const serviceArn = (scope: Scope, cluster: string, service: string): ServiceArn =>
  ecsArn(scope, `service/${cluster}/${service}`) as ServiceArn;

/** `id`: as ECS has them, 21 letters and digits. */
export const serviceDeploymentArn = (
  scope: Scope,
  cluster: string,
  service: string,
  id: string,
): ServiceDeploymentArn =>
  ecsArn(scope, `service-deployment/${cluster}/${service}/${id}`) as ServiceDeploymentArn;

/** `id`: `ecs-svc/` and 19 digits. */
export const taskSetArn = (scope: Scope, cluster: string, service: string, id: string): string =>
  ecsArn(scope, `task-set/${cluster}/${service}/${id}`);

/** `id`: 19 digits. */
export const serviceRevisionArn = (
  scope: Scope,
  cluster: string,
  service: string,
  id: string,
): ServiceRevisionArn => ecsArn(scope, `service-revision/${cluster}/${service}/${id}`) as ServiceRevisionArn;

export type ParsedArn = {
  partition: string;
  service: string;
  scope: Scope;
  resourceType: string;
  resource: string;
};

/**
 * Splits `arn:partition:service:region:account:type/rest` (or `type:rest`); undefined when it is no ARN.
 * `resource` is all after the first `/` or `:` of the last part.
 */
export function parseArn(text: string): ParsedArn | undefined {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):([^/:]+)(?:[/:]([\s\S]*))?$/.exec(text);
  if (!match) return undefined;
  const [, partition = '', service = '', region = '', account = '', resourceType = '', resource = ''] = match;
  return { partition, service, scope: { account, region }, resourceType, resource };
}
