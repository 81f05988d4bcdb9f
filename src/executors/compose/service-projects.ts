import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { taskArn, type ServiceArn } from '../../model/arn.ts';
import type { TaskDefinitionStore } from '../../model/ports.ts';
import { withImplicitDependencies } from '../../model/firelens.ts';
import { primaryOf, serviceAliases, type Deployment, type Service } from '../../model/service.ts';
import type { TaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import type { ComposeProject } from './interpolation.ts';
import { isReservedLabel, LABELS, ownerFolder, serviceProjectName } from './names.ts';
import { copiesOf } from './render-copies.ts';
import { composeText, renderTask, type RenderContext } from './render.ts';
import { writeAtomically } from './write-atomically.ts';

/** Keeps `<service>/compose.yaml`: a service as one Compose project, for those who want to run it without the sidecar. */
export type ServiceProjects = {
  /** Brings the file of a service up to date, or deletes it once the service is over. Returns at once. */
  save(service: Service): void;
  /** Resolves when everything saved so far is written. */
  settled(): Promise<void>;
};

export type ServiceProjectsOptions = {
  readonly taskDefinitions: Pick<TaskDefinitionStore, 'getByArn'>;
  readonly renderContext: RenderContext;
  readonly dataDir: string;
  readonly logger: Logger;
};

export function createServiceProjects(options: ServiceProjectsOptions): ServiceProjects {
  const { taskDefinitions, renderContext, dataDir, logger } = options;
  /** What was last asked for, so that a service that only counts its tasks writes nothing. */
  const written = new Map<ServiceArn, string>();
  let writing = Promise.resolve();

  const write = async (service: Service, deployment: Deployment | undefined): Promise<void> => {
    const folder = ownerFolder(dataDir, service.scope, service.clusterName, service.name);
    const path = join(folder, 'compose.yaml');
    const registered = deployment && taskDefinitions.getByArn(deployment.revision.taskDefinitionArn);
    if (service.status === 'INACTIVE' || !registered) {
      await rm(path, { force: true });
      // Projects of its last tasks may still lie there.
      await rmdir(folder).catch(() => undefined);
      return;
    }
    await writeAtomically(path, renderServiceProject(service, deployment, registered, renderContext));
  };

  return {
    save(service) {
      const deployment = primaryOf(service);
      const key = [service.status, service.desiredCount, deployment?.revision.arn].join(' ');
      if (written.get(service.arn) === key) return;
      if (service.status === 'INACTIVE') written.delete(service.arn);
      else written.set(service.arn, key);
      writing = writing
        .then(() => write(service, deployment))
        .catch((error: unknown) => {
          logger.warn(
            { err: error, service: service.arn },
            'the Compose file of a service could not be written',
          );
        });
    },
    settled: () => writing,
  };
}

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
