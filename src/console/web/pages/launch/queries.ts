import { allPages, useAws } from '../../aws/queries.ts';
import { nameOf } from '../../shared/addresses.ts';

/** `family:revision` of all active definitions, the newest of a family first. */
export const useActiveDefinitions = () =>
  useAws(['taskDefinition'], ['active-definitions'], async (aws) => {
    const arns = await allPages(
      (nextToken) => aws.ecs('ListTaskDefinitions', { status: 'ACTIVE', sort: 'DESC', nextToken }),
      ({ taskDefinitionArns }) => taskDefinitionArns,
    );
    return arns.map(nameOf);
  });

/** A definition to start tasks of; not asked for before one is chosen. */
export const useDefinition = (taskDefinition: string) =>
  useAws(
    ['taskDefinition'],
    ['definition-to-run', taskDefinition],
    async (aws) => (await aws.ecs('DescribeTaskDefinition', { taskDefinition })).taskDefinition ?? {},
    taskDefinition !== '',
  );
