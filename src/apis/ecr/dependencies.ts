import type { EcrStore, ImageRegistry, Repository } from '../../model/ecr.ts';
import type { Operation, RequestContext } from '../../model/ports.ts';
import { registryMismatch, repositoryNotFound } from './errors.ts';

/** What ECR needs of the rest. */
export type EcrDependencies = {
  readonly ecr: EcrStore;
  readonly registry: ImageRegistry;
  readonly now: () => Date;
};

export type EcrContext = EcrDependencies & RequestContext;
export type EcrOperation<Input, Output> = Operation<Input, Output, EcrDependencies>;

/** A repository that a request names. Throws RepositoryNotFoundException. */
export function findRepository(
  { ecr, caller }: EcrContext,
  {
    repositoryName = '',
    registryId = caller.account,
  }: { repositoryName?: string | undefined; registryId?: string | undefined },
): Repository {
  if (!/^\d{12}$/.test(registryId)) throw registryMismatch(registryId);
  const repository = ecr.getRepository({ account: registryId, region: caller.region }, repositoryName);
  if (!repository) throw repositoryNotFound(repositoryName, registryId);
  return repository;
}
