import type { ClusterArn, ServiceArn, TaskArn } from '../../src/model/arn.ts';
import { AwsError } from '../../src/model/aws-error.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { Host, HostFacts } from '../../src/model/container-instance.ts';
import { NO_CALLS, type AwsCalls } from '../../src/model/local-apis.ts';
import type { EcsStore } from '../../src/model/ports.ts';
import { createEcsApi, type operations } from '../../src/apis/ecs/operations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../src/store/ecs/store.ts';

type Operations = typeof operations;
type Name = keyof Operations;
type Input<N extends Name> = Parameters<Operations[N]>[1];
type Output<N extends Name> = Awaited<ReturnType<Operations[N]>>;

export const CALLER: Caller = {
  account: '123456789012',
  region: 'eu-west-1',
  principalArn: 'arn:aws:iam::123456789012:user/tester',
};

/** An ECS API over a store in memory, with a clock and ids that tests can tell. */
export type EcsApi = {
  readonly store: EcsStore;
  /** Tasks that were woken, in order. */
  readonly woken: TaskArn[];
  /** Services that were. */
  readonly wokenServices: ServiceArn[];
  /** Clusters whose instances were said to have changed. */
  readonly changedClusters: ClusterArn[];
  /** Milliseconds since the epoch that `now` gives. */
  clock: { ms: number };
  call<N extends Name>(action: N, input: Input<N>, caller?: Caller): Output<N>;
  /** The error of a call that must fail; an error that is not AWS's, or none, is thrown. */
  refusal(action: Name, input: object, caller?: Caller): { code: string; message: string; members: object };
};

/** A machine of four CPUs and 8 GiB. */
export const HOST_FACTS: HostFacts = {
  cpuUnits: 4096,
  memoryMib: 8192,
  gpuIds: [],
  hasUncountedGpus: false,
  dockerVersion: '28.5.0',
  apiVersion: '1.51',
  osType: 'linux',
  architecture: 'x86_64',
  logDrivers: ['json-file', 'syslog'],
  volumeDrivers: ['local'],
};

export const testHost = (facts: Partial<HostFacts> = {}, more: Partial<Host> = {}): Host => ({
  facts: () => ({ ...HOST_FACTS, ...facts }),
  connected: () => true,
  isUnlimited: false,
  ...more,
});

export function createTestApi(host: Host = testHost(), calls: AwsCalls = NO_CALLS): EcsApi {
  const store = createEcsStore(openDatabase(':memory:', [ecsMigrations]));
  const woken: TaskArn[] = [];
  const wokenServices: ServiceArn[] = [];
  const changedClusters: ClusterArn[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  let ids = 0;
  const api = createEcsApi({
    store,
    host,
    calls,
    random: () => 0,
    capacityChanged: (arn) => {
      changedClusters.push(arn);
    },
    wakeService: (arn) => {
      wokenServices.push(arn);
    },
    wake: (arn) => {
      woken.push(arn);
    },
    now: () => new Date(clock.ms),
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
  });
  const run = (action: Name, input: object, caller: Caller): unknown =>
    api.actions[action]?.({ caller, signal: new AbortController().signal }, structuredClone(input));
  return {
    store,
    woken,
    wokenServices,
    changedClusters,
    clock,
    call: <N extends Name>(action: N, input: Input<N>, caller = CALLER) =>
      run(action, input, caller) as Output<N>,
    refusal(action, input, caller = CALLER) {
      try {
        run(action, input, caller);
      } catch (error) {
        if (error instanceof AwsError)
          return { code: error.code, message: error.message, members: error.members };
        throw error;
      }
      throw new Error(`${action} was not refused`);
    },
  };
}

/** The smallest container that ECS accepts. */
export const CONTAINER = { name: 'app', image: 'busybox', memory: 64 };

/** The smallest Fargate definition that ECS accepts. */
export const FARGATE_DEFINITION = {
  family: 'web',
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'app', image: 'busybox' }],
};
