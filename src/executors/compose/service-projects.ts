import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ServiceArn } from '../../model/arn.ts';
import type { TaskDefinitionStore } from '../../model/ports.ts';
import { primaryOf, type Deployment, type Service } from '../../model/service.ts';
import { ownerFolder } from './names.ts';
import type { RenderContext } from './render.ts';
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
    const { renderServiceProject } = await import('./render-service-project.ts');
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
