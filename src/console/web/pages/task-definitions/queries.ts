import type { Tag, TaskDefinition as SdkTaskDefinition } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { allPages, useAws } from '../../aws/queries.ts';
import { nameOf } from '../../shared/addresses.ts';
import type { SchemaDefinition } from '../../shared/code/schema.ts';
import type { Registration } from './draft.ts';

export type TaskDefinition = Wire<SdkTaskDefinition>;

export type Revision = {
  /** `family:revision`. */
  readonly name: string;
  readonly family: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
};

const STATUSES = ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'] as const;

/** All revisions that there are, or those of families that begin so; the newest first. */
export const useRevisions = (family?: string) =>
  useAws(['taskDefinition'], ['revisions', family], async (aws) => {
    const lists = await Promise.all(
      STATUSES.map(async (status) => {
        const arns = await allPages(
          (nextToken) =>
            aws.ecs('ListTaskDefinitions', {
              status,
              nextToken,
              sort: 'DESC',
              ...(family !== undefined && { familyPrefix: family }),
            }),
          ({ taskDefinitionArns }) => taskDefinitionArns,
        );
        return arns.map((arn) => revisionOf(arn, status));
      }),
    );
    return lists.flat().sort((a, b) => a.family.localeCompare(b.family) || b.revision - a.revision);
  });

function revisionOf(arn: string, status: Revision['status']): Revision {
  const name = nameOf(arn);
  const [family = '', revision] = name.split(':');
  return { name, family, revision: Number(revision), status };
}

/** A definition with its tags, by `family`, `family:revision` or ARN. */
export const useTaskDefinition = (name: string | undefined) =>
  useAws(
    ['taskDefinition'],
    ['taskDefinition', name],
    async (aws) => {
      const { taskDefinition = {}, tags = [] } = await aws.ecs('DescribeTaskDefinition', {
        taskDefinition: name,
        include: ['TAGS'],
      });
      return { definition: taskDefinition, tags: tags };
    },
    name !== undefined,
  );

/** What of a definition RegisterTaskDefinition takes: all but what ECS itself adds. */
export function registrationOf(definition: TaskDefinition, tags: readonly Tag[]): Registration {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...registration
  } = definition;
  return { ...registration, ...(tags.length > 0 && { tags: [...tags] }) } as Registration;
}

/** The schema by which RegisterTaskDefinition's input is checked. */
export const useRegistrationSchema = () =>
  useAws([], ['schema', 'ecs'], async (aws): Promise<SchemaDefinition> => {
    const { definitions } = (await aws.sidecar('schemas/ecs.json')) as Pick<SchemaDefinition, 'definitions'>;
    return { name: 'RegisterTaskDefinitionRequest', definitions };
  });

/** The Compose file that tasks of a definition would have. Rejects with ECS's refusal. */
export const usePreview = (registration: Registration | undefined) =>
  useAws(
    [],
    ['preview', JSON.stringify(registration)],
    async (aws) => (await aws.sidecar('preview', registration)) as { readonly compose: string },
    registration !== undefined,
  );
