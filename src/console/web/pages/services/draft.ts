import type {
  CapacityProviderStrategyItem,
  CreateServiceRequest,
  LaunchType,
  Service,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { nameOf } from '../../shared/addresses.ts';
import type { Tag } from '../../shared/tag-changes.ts';

/** What a service's tasks run on: what the cluster says (empty), a launch type, or a strategy. */
export type Compute = '' | 'strategy' | Extract<LaunchType, 'EC2' | 'EXTERNAL' | 'FARGATE'>;

/** What can be chosen of a service at any time. */
export type Draft = {
  /** `family:revision`; empty while none is chosen. */
  readonly taskDefinition: string;
  /** As typed. */
  readonly desiredCount: string;
  readonly breaks: boolean;
  /** What the circuit breaker does then; of no meaning without it. */
  readonly rollsBack: boolean;
  readonly tags: readonly Tag[];
};

export type UpdateDraft = Draft & {
  /** New tasks, also when nothing else differs. */
  readonly forces: boolean;
};

/** What can be chosen of a new one. */
export type CreateDraft = Draft & {
  readonly cluster: string;
  readonly name: string;
  readonly compute: Compute;
  readonly strategy: readonly Wire<CapacityProviderStrategyItem>[];
  /** Ids, separated by commas or spaces. */
  readonly subnets: string;
  readonly securityGroups: string;
  readonly assignsPublicIp: boolean;
};

export const EMPTY: CreateDraft = {
  cluster: 'default',
  name: '',
  taskDefinition: '',
  desiredCount: '1',
  compute: '',
  strategy: [],
  breaks: false,
  rollsBack: false,
  subnets: '',
  securityGroups: '',
  assignsPublicIp: false,
  tags: [],
};

/** CreateService's input; what AWS has rules for is AWS's to refuse. Only tasks in awsvpc mode take a network. */
export function createInput(draft: CreateDraft, isAwsvpc: boolean): Wire<CreateServiceRequest> {
  const { compute, strategy } = draft;
  return {
    cluster: draft.cluster,
    serviceName: draft.name,
    taskDefinition: draft.taskDefinition,
    desiredCount: countOf(draft),
    ...(compute === 'strategy' && { capacityProviderStrategy: [...strategy] }),
    ...(compute !== 'strategy' && compute !== '' && { launchType: compute }),
    ...(draft.breaks && { deploymentConfiguration: { deploymentCircuitBreaker: breakerOf(draft) } }),
    ...(isAwsvpc && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: idsOf(draft.subnets),
          securityGroups: idsOf(draft.securityGroups),
          assignPublicIp: draft.assignsPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
        },
      },
    }),
    ...(draft.tags.length > 0 && { tags: [...draft.tags] }),
  };
}

/** What is to be typed over when a service is updated. */
export function draftOf(service: Wire<Service>): UpdateDraft {
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
  return {
    taskDefinition: nameOf(service.taskDefinition),
    desiredCount: String(service.desiredCount ?? 0),
    breaks: breaker?.enable ?? false,
    rollsBack: breaker?.rollback ?? false,
    forces: false,
    tags: service.tags ?? [],
  };
}

/**
 * What of UpdateService's input says what differs; undefined when nothing does, tags aside. A new deployment begins
 * whenever a task definition is named, so the one that is there is not.
 */
export function changesOf(
  before: UpdateDraft,
  wanted: UpdateDraft,
):
  | Pick<
      Wire<UpdateServiceRequest>,
      'deploymentConfiguration' | 'desiredCount' | 'forceNewDeployment' | 'taskDefinition'
    >
  | undefined {
  const breaker = breakerOf(wanted);
  const changes = {
    ...(wanted.desiredCount !== before.desiredCount && { desiredCount: countOf(wanted) }),
    ...(wanted.taskDefinition !== before.taskDefinition && { taskDefinition: wanted.taskDefinition }),
    ...(wanted.forces && { forceNewDeployment: true }),
    ...(JSON.stringify(breaker) !== JSON.stringify(breakerOf(before)) && {
      deploymentConfiguration: { deploymentCircuitBreaker: breaker },
    }),
  };
  return Object.keys(changes).length > 0 ? changes : undefined;
}

const breakerOf = ({ breaks, rollsBack }: Draft) => ({ enable: breaks, rollback: breaks && rollsBack });

/** Throws an Error for what is no whole number, which JSON could not say. */
function countOf({ desiredCount }: Draft): number {
  if (!/^\d{1,9}$/.test(desiredCount.trim())) throw new Error('The number of tasks is a whole number.');
  return Number(desiredCount);
}

const idsOf = (text: string): string[] => text.split(/[\s,]+/).filter((id) => id !== '');
