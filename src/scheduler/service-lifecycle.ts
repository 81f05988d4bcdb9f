import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { rollBack, rollbackTarget } from '../model/rollback.ts';
import {
  primaryOf,
  type Deployment,
  type HookState,
  type Lifecycle,
  type LifecycleStage,
  type Service,
} from '../model/service.ts';
import type { Observed } from './observe-service.ts';

/** The order of the stages. Source: ECS API reference, ServiceDeployment.lifecycleStage and DeploymentLifecycleHook. */
const STAGES: readonly LifecycleStage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

const MINUTE_MS = 60_000;
/** Source: ECS API reference: DeploymentLifecycleHookTimeoutConfiguration, LinearConfiguration, CanaryConfiguration. */
const DEFAULTS = {
  hookTimeoutMinutes: 1440,
  stepPercent: 10,
  stepBakeMinutes: 6,
  canaryPercent: 5,
  canaryBakeMinutes: 10,
} as const;

export type LifecycleOptions = {
  readonly now: Date;
  readonly newDeploymentId: () => string;
  /** A fresh id of a hook that waits for its answer. */
  readonly newHookId: () => string;
  /** Times at which to look again. */
  readonly times: number[];
  readonly events: string[];
};

/** Whether the tasks of both revisions are kept up: from the beginning to the clean-up. */
export const holdsBoth = (deployment: Deployment | undefined): boolean =>
  deployment?.rolloutState === 'IN_PROGRESS' &&
  deployment.record?.lifecycle !== undefined &&
  deployment.record.lifecycle.stage !== 'CLEAN_UP';

/** Whether the new revision's tasks may be started yet. */
export const mayScaleUp = (deployment: Deployment): boolean => {
  const stage = deployment.record?.lifecycle?.stage;
  return stage === undefined || STAGES.indexOf(stage) >= STAGES.indexOf('SCALE_UP');
};

/**
 * Brings a BLUE_GREEN, LINEAR or CANARY deployment on through its stages as far as it gets now: PAUSE hooks hold it until
 * they are answered or time out, SCALE_UP until all new tasks are healthy, shifts and BAKE_TIME for their time.
 * Weights are kept and shown; there is no traffic that follows them yet.
 */
export function advanceLifecycle(
  service: Service,
  observed: readonly Observed[],
  options: LifecycleOptions,
): Service {
  let current = service;
  for (;;) {
    const next = advanceOnce(current, observed, options);
    if (next === current) return current;
    current = next;
  }
}

function advanceOnce(service: Service, observed: readonly Observed[], options: LifecycleOptions): Service {
  const primary = primaryOf(service);
  const lifecycle = primary?.record?.lifecycle;
  if (!primary || !lifecycle || !holdsBoth(primary) || service.status !== 'ACTIVE') return service;
  const gate = passHooks(service, lifecycle, options);
  if (gate.outcome === 'roll back') return giveUp(service, primary, gate.lifecycle, options);
  if (gate.outcome === 'wait') return withLifecycle(service, primary, gate.lifecycle, options.now);
  const healthy = observed.find(({ deployment }) => deployment.id === primary.id)?.live ?? [];
  const isUp = healthy.filter(({ health }) => health === 'healthy').length >= service.desiredCount;
  const moved = moveOn(service, gate.lifecycle, isUp, options);
  return withLifecycle(service, primary, moved, options.now);
}

/** The lifecycle at its next stage, or as it is when its stage is not over. */
function moveOn(
  service: Service,
  lifecycle: Lifecycle,
  isUp: boolean,
  { now, times }: LifecycleOptions,
): Lifecycle {
  const {
    strategy,
    bakeTimeInMinutes = 0,
    linearConfiguration,
    canaryConfiguration,
  } = service.deploymentConfiguration;
  const isOver = (minutes: number): boolean => {
    const endMs = lifecycle.enteredAt.getTime() + minutes * MINUTE_MS;
    if (now.getTime() >= endMs) return true;
    times.push(endMs);
    return false;
  };
  const enter = (stage: LifecycleStage, weight = lifecycle.weight): Lifecycle => ({
    ...lifecycle,
    stage,
    weight,
    enteredAt: now,
  });
  switch (lifecycle.stage) {
    case 'SCALE_UP':
      return isUp ? enter('POST_SCALE_UP') : lifecycle;
    case 'PRE_PRODUCTION_TRAFFIC_SHIFT': {
      const step =
        strategy === 'LINEAR'
          ? (linearConfiguration?.stepPercent ?? DEFAULTS.stepPercent)
          : strategy === 'CANARY' && lifecycle.weight === 0
            ? (canaryConfiguration?.canaryPercent ?? DEFAULTS.canaryPercent)
            : 100;
      return enter('PRODUCTION_TRAFFIC_SHIFT', Math.min(100, lifecycle.weight + step));
    }
    case 'PRODUCTION_TRAFFIC_SHIFT': {
      if (lifecycle.weight >= 100) return enter('POST_PRODUCTION_TRAFFIC_SHIFT');
      const minutes =
        strategy === 'LINEAR'
          ? (linearConfiguration?.stepBakeTimeInMinutes ?? DEFAULTS.stepBakeMinutes)
          : (canaryConfiguration?.canaryBakeTimeInMinutes ?? DEFAULTS.canaryBakeMinutes);
      return isOver(minutes) ? enter('PRE_PRODUCTION_TRAFFIC_SHIFT') : lifecycle;
    }
    case 'BAKE_TIME':
      return isOver(bakeTimeInMinutes) ? enter('CLEAN_UP') : lifecycle;
    default:
      return enter(STAGES[STAGES.indexOf(lifecycle.stage) + 1] ?? 'CLEAN_UP');
  }
}

type Gate = { readonly outcome: 'pass' | 'wait' | 'roll back'; readonly lifecycle: Lifecycle };

/** Opens the hooks of a stage when it is entered, and tells whether they let it go on. */
function passHooks(
  service: Service,
  lifecycle: Lifecycle,
  { now, newHookId, times }: LifecycleOptions,
): Gate {
  const { stage, weight } = lifecycle;
  const wanted = (service.deploymentConfiguration.lifecycleHooks ?? []).flatMap((hook, index) =>
    (hook.lifecycleStages as readonly LifecycleStage[] | undefined)?.includes(stage) === true
      ? [{ hook, index }]
      : [],
  );
  if (wanted.length === 0) return { outcome: 'pass', lifecycle };
  const isOf =
    (index: number) =>
    (state: HookState): boolean =>
      state.index === index && state.stage === stage && state.weight === weight;
  const states = wanted.map(({ hook, index }) => {
    const known = lifecycle.hooks.find(isOf(index)) ?? openHook(hook, index, lifecycle, now, newHookId());
    const isLate = known.status === 'AWAITING_ACTION' && now >= known.expiresAt;
    return isLate ? { ...known, status: 'TIMED_OUT' as const } : known;
  });
  const others = lifecycle.hooks.filter((state) => !wanted.some(({ index }) => isOf(index)(state)));
  const isSame = states.every((state) => lifecycle.hooks.includes(state));
  const opened = isSame ? lifecycle : { ...lifecycle, hooks: [...others, ...states] };
  const failed = states.some(
    ({ status, timeoutAction }) =>
      status === 'FAILED' || (status === 'TIMED_OUT' && timeoutAction === 'ROLLBACK'),
  );
  if (failed) return { outcome: 'roll back', lifecycle: opened };
  const waiting = states.filter(({ status }) => status === 'AWAITING_ACTION');
  for (const { expiresAt } of waiting) times.push(expiresAt.getTime());
  return { outcome: waiting.length > 0 ? 'wait' : 'pass', lifecycle: opened };
}

function openHook(
  { timeoutConfiguration }: DeploymentLifecycleHook,
  index: number,
  { stage, weight }: Lifecycle,
  now: Date,
  hookId: string,
): HookState {
  const minutes = timeoutConfiguration?.timeoutInMinutes ?? DEFAULTS.hookTimeoutMinutes;
  return {
    hookId,
    index,
    stage,
    weight,
    status: 'AWAITING_ACTION',
    expiresAt: new Date(now.getTime() + minutes * MINUTE_MS),
    timeoutAction: timeoutConfiguration?.action ?? 'ROLLBACK',
  };
}

/** A hook said no, or nobody answered it. */
function giveUp(
  service: Service,
  primary: Deployment,
  lifecycle: Lifecycle,
  options: LifecycleOptions,
): Service {
  const current = withLifecycle(service, primary, lifecycle, options.now);
  const failed = primaryOf(current);
  const target = failed && rollbackTarget(current, failed);
  if (!failed || !target) return current;
  return rollBack(current, {
    ...options,
    failed,
    target,
    reason: `Service deployment rolled back because a lifecycle hook of the stage ${lifecycle.stage} did not succeed.`,
    cause: 'lifecycle hook',
  });
}

function withLifecycle(service: Service, primary: Deployment, lifecycle: Lifecycle, now: Date): Service {
  const { record } = primary;
  if (!record || record.lifecycle === lifecycle) return service;
  const changed: Deployment = { ...primary, record: { ...record, lifecycle, updatedAt: now } };
  return { ...service, deployments: service.deployments.map((one) => (one === primary ? changed : one)) };
}
