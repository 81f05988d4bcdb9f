import { taskArn } from '../../model/arn.ts';
import { withImplicitDependencies } from '../../model/firelens.ts';
import { serviceAliases, type Deployment, type Service } from '../../model/service.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import type { ComposeProject } from './interpolation.ts';
import { isReservedLabel, LABELS, serviceProjectName } from './names.ts';
import { copiesOf } from './render-copies.ts';
import { composeText, renderTask, type RenderContext } from './render.ts';

/** A service as one project: the rendering of its tasks without what makes each of them one of its own. */
export function renderServiceProject(
  service: Service,
  { id, revision }: Deployment,
  { definition, family, revision: number }: TaskDefinition,
  context: RenderContext,
): string {
  const sample: Task = {
    scope: service.scope,
    arn: taskArn(service.scope, service.clusterName, '0'.repeat(32)),
    id: '0'.repeat(32),
    clusterName: service.clusterName,
    taskDefinitionArn: revision.taskDefinitionArn,
    family,
    revision: number,
    group: '',
    startedBy: id,
    enableExecuteCommand: false,
    overrides: {},
    tags: [],
    networkAliases: serviceAliases(service, revision),
    version: 1,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    healthStatus: 'UNKNOWN',
    containers: [],
    createdAt: service.createdAt,
  };
  const project = renderTask(sample, withImplicitDependencies(definition), context);
  const services = Object.entries(project.services ?? {}).map(([name, one]): [string, typeof one] => {
    const { container_name: ownName, labels, ...rest } = one;
    return [name, { ...rest, labels: ownLabels(labels) }];
  });
  const specification: ComposeProject = {
    ...project,
    name: serviceProjectName(service.clusterName, service.name),
    services: copiesOf(Object.fromEntries(services), service.desiredCount),
  };
  return composeText(specification, {
    title: ['Service', service.arn],
    taskDefinitionArn: revision.taskDefinitionArn,
    definition,
    context,
  });
}

/** Without the labels by which the sidecar knows what is its own: what is run by hand is not. */
function ownLabels(labels: unknown): Record<string, string> {
  const all = Object.entries((labels ?? {}) as Record<string, string>);
  return Object.fromEntries(all.filter(([name]) => !isReservedLabel(name) && name !== LABELS.taskArn));
}
