import type {
  CapacityProviderStrategyItem,
  CreateServiceRequest,
  LaunchType,
  PlacementConstraint,
  PlacementStrategy,
} from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { listOf } from '../../shared/typed.ts';

/** What tasks run on: what the cluster says (empty), a launch type, or a strategy. */
export type Compute = '' | 'strategy' | Extract<LaunchType, 'EC2' | 'EXTERNAL' | 'FARGATE'>;

/** How tasks are started, of a service or alone. */
export type LaunchDraft = {
  readonly compute: Compute;
  readonly strategy: readonly Wire<CapacityProviderStrategyItem>[];
  readonly platformVersion: string;
  /** Ids, separated by commas or spaces. */
  readonly subnets: string;
  readonly securityGroups: string;
  readonly assignsPublicIp: boolean;
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
};

export const EMPTY_LAUNCH: LaunchDraft = {
  compute: '',
  strategy: [],
  platformVersion: '',
  subnets: '',
  securityGroups: '',
  assignsPublicIp: false,
  placementConstraints: [],
  placementStrategy: [],
};

/** The members that RunTask and CreateService have in common; undefined where nothing was chosen. */
export function launchInput(
  draft: LaunchDraft,
  isAwsvpc: boolean,
): Pick<
  Wire<CreateServiceRequest>,
  | 'capacityProviderStrategy'
  | 'launchType'
  | 'networkConfiguration'
  | 'placementConstraints'
  | 'placementStrategy'
  | 'platformVersion'
> {
  const { compute } = draft;
  return {
    launchType: compute === 'strategy' || compute === '' ? undefined : compute,
    capacityProviderStrategy: compute === 'strategy' ? [...draft.strategy] : undefined,
    platformVersion: draft.platformVersion.trim() || undefined,
    networkConfiguration: isAwsvpc
      ? {
          awsvpcConfiguration: {
            subnets: listOf(draft.subnets),
            securityGroups: listOf(draft.securityGroups),
            assignPublicIp: draft.assignsPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
          },
        }
      : undefined,
    placementConstraints: draft.placementConstraints.map(({ type, expression }) => ({
      type,
      ...(type === 'memberOf' && { expression }),
    })),
    placementStrategy: draft.placementStrategy.map(({ type, field }) => ({
      type,
      ...(type !== 'random' && { field }),
    })),
  };
}
