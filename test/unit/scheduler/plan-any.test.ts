import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import t from 'tap';
import { afterReload, requestReload } from '../../../src/model/reload.ts';
import type { ObservedContainer, Task } from '../../../src/model/task.ts';
import { stopTask } from '../../../src/model/stop-task.ts';
import { afterRemove, planTask, type Step } from '../../../src/scheduler/plan-task.ts';
import { pulledTask } from '../../support/task-planning.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** Definitions that ECS takes: a container depends on some of those made before it. */
const definitions: fc.Arbitrary<ContainerDefinition[]> = fc
  .tuple(
    fc.array(
      fc.record({
        essential: fc.boolean(),
        checked: fc.boolean(),
        startTimeout: fc.option(fc.integer({ min: 2, max: 100 }), { nil: undefined }),
        policy: fc.option(fc.subarray([0, 1]), { nil: undefined }),
        waits: fc.array(
          fc.record({
            on: fc.nat(2),
            condition: fc.constantFrom<ContainerCondition[]>('START', 'COMPLETE', 'SUCCESS', 'HEALTHY'),
          }),
          { maxLength: 2 },
        ),
      }),
      { minLength: NAMES.length, maxLength: NAMES.length },
    ),
    fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
  )
  .map(([parts, order]) => {
    const made = parts.map((part, index): ContainerDefinition => {
      const dependsOn = part.waits.flatMap(({ on, condition: wanted }) => {
        const target = parts[on];
        if (!target || on >= index) return [];
        const isEnd = wanted === 'COMPLETE' || wanted === 'SUCCESS';
        const isPossible = isEnd ? !target.essential : wanted !== 'HEALTHY' || target.checked;
        const condition: ContainerCondition = isPossible ? wanted : 'START';
        return [{ containerName: NAMES[on] ?? '', condition }];
      });
      return {
        name: NAMES[index] ?? '',
        essential: part.essential || index === NAMES.length - 1,
        dependsOn,
        ...(part.checked && { healthCheck: { command: ['CMD', 'true'] } }),
        ...(part.startTimeout !== undefined && { startTimeout: part.startTimeout }),
        ...(part.policy && {
          restartPolicy: { enabled: true, ignoredExitCodes: part.policy, restartAttemptPeriod: 60 },
        }),
      };
    });
    return order.flatMap((name) => made.find((one) => one.name === name) ?? []);
  });

const happenings = fc.record({
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('exit', 'fail', 'vanish', 'healthy', 'unhealthy', 'save', 'time', 'stop'),
  seconds: fc.integer({ min: 1, max: 90 }),
  /** A death of the sidecar: only the first container of each next step is seen to. */
  dies: fc.boolean(),
});

type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never;

/** An engine and a sidecar that may die between any two steps; it checks every step that is planned. */
function createWorld(
  containers: ContainerDefinition[],
  initial: readonly (ObservedContainer['state'] | 'none')[],
) {
  let nowMs = 1_700_000_000_000;
  let dies = false;
  let task: Task = pulledTask(containers);
  const engine = new Map<string, ObservedContainer>();
  const lives = new Set<string>();
  const definitionOf = (name: string): ContainerDefinition =>
    containers.find((one) => one.name === name) ?? {};
  const now = (): Date => new Date(nowMs);

  const set = (
    name: string,
    state: ObservedContainer['state'],
    more: Partial<ObservedContainer> = {},
  ): void => {
    const { startedAt } = engine.get(name) ?? {};
    engine.set(name, {
      name,
      dockerId: name,
      oomKilled: false,
      healthStatus: 'UNKNOWN',
      networkBindings: [],
      ...(state !== 'created' && { startedAt: state === 'running' ? now() : (startedAt ?? now()) }),
      ...(state === 'exited' && { exitCode: 0, finishedAt: now() }),
      ...more,
      state,
    });
  };
  for (const [index, state] of initial.entries()) if (state !== 'none') set(NAMES[index] ?? '', state);

  const check = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`${what}: ${JSON.stringify({ task, engine: [...engine.values()] })}`);
  };

  const mayStart = (name: string): boolean => {
    const state = engine.get(name)?.state ?? 'created';
    return (
      state === 'created' &&
      (definitionOf(name).dependsOn ?? []).every(({ containerName = '', condition }) => {
        const { state: of = 'created', exitCode, healthStatus } = engine.get(containerName) ?? {};
        switch (condition) {
          case 'COMPLETE':
            return of !== 'running' && exitCode !== undefined;
          case 'SUCCESS':
            return of !== 'running' && exitCode === 0;
          case 'HEALTHY':
            return healthStatus === 'HEALTHY';
          case 'START':
          case undefined:
            return of !== 'created';
        }
      })
    );
  };

  const mayRestart = (name: string): boolean => {
    const { state, startedAt, finishedAt, exitCode = -1 } = engine.get(name) ?? {};
    const policy = definitionOf(name).restartPolicy;
    const ranMs = (finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0);
    const life = `${name} ${startedAt?.getTime() ?? ''}`;
    const isFirst = !lives.has(life);
    lives.add(life);
    return (
      state === 'exited' &&
      ranMs >= 60_000 &&
      isFirst &&
      policy?.ignoredExitCodes?.includes(exitCode) === false
    );
  };

  const take = (step: Step): void => {
    const some = <T>(all: readonly T[]): readonly T[] => (dies ? all.slice(0, 1) : all);
    switch (step.kind) {
      case 'pull':
        throw new Error('the images are there');
      case 'start':
        check(step.containers.every(mayStart), `start ${step.containers.join()}`);
        for (const name of some(step.containers)) set(name, 'running');
        return;
      case 'restart':
        for (const name of some(step.containers)) {
          check(mayRestart(name), `restart ${name}`);
          set(name, 'running');
        }
        return;
      case 'reload':
        for (const name of some(step.containers)) {
          set(name, 'running');
          task = afterReload(task, name, 'id', { doneAtMs: nowMs });
        }
        return;
      case 'stop': {
        for (const { name, after } of step.containers) {
          const dependents = containers.filter(
            (one) =>
              engine.get(one.name ?? '')?.state === 'running' &&
              one.dependsOn?.some(({ containerName }) => containerName === name),
          );
          check(
            dependents.every((one) => after.includes(one.name ?? '')),
            `stop ${name}`,
          );
        }
        for (const { name } of some(step.containers)) set(name, 'exited', { exitCode: 143 });
        return;
      }
      case 'remove':
        engine.clear();
        task = afterRemove(task, now());
        return;
    }
  };

  const settle = (): void => {
    for (let turns = 0; ; turns++) {
      check(turns < 40, 'planning does not come to an end');
      const plan = planTask(task, { containerDefinitions: containers }, [...engine.values()], now());
      task = plan.task;
      const again = planTask(task, { containerDefinitions: containers }, [...engine.values()], now());
      check(again.task === task, 'planned again it is the same');
      if (plan.step) {
        take(plan.step);
        continue;
      }
      check(!plan.wakeAt || plan.wakeAt.getTime() > nowMs, 'it wakes for nothing');
      return;
    }
  };

  return {
    task: () => task,
    isEmpty: () => engine.size === 0,
    settle,
    happen({ name, kind, seconds, dies: willDie }: Happening) {
      const running = engine.get(name)?.state === 'running';
      dies = willDie;
      nowMs += seconds * 1000;
      if (kind === 'exit' && running) set(name, 'exited');
      if (kind === 'fail' && running) set(name, 'exited', { exitCode: 1 });
      if (kind === 'vanish' && engine.has(name)) set(name, 'gone');
      if ((kind === 'healthy' || kind === 'unhealthy') && running)
        set(name, 'running', {
          startedAt: engine.get(name)?.startedAt ?? now(),
          healthStatus: kind === 'healthy' ? 'HEALTHY' : 'UNHEALTHY',
        });
      if (kind === 'stop') task = stopTask(task, 'UserInitiated', 'x', now());
      if (kind === 'save' && task.containers.some((one) => one.name === name && one.lastStatus === 'RUNNING'))
        task = requestReload(task, name, {
          id: 'id',
          action: 'restart',
          files: ['/a'],
          holds: true,
          requestedAtMs: nowMs,
        });
      settle();
    },
  };
}

t.test(
  'from any state, whatever happens: no condition is passed over, nothing is started twice, every task ends',
  (t) => {
    const states = fc.constantFrom('none', 'created', 'running', 'exited', 'gone');
    fc.assert(
      fc.property(
        definitions,
        fc.oneof(fc.constant([]), fc.array(states, { maxLength: NAMES.length })),
        fc.array(happenings, { maxLength: 15 }),
        (containers, initial, events) => {
          const world = createWorld(containers, initial);
          world.settle();
          for (const event of events) world.happen(event);
          world.happen({ name: 'a', kind: 'stop', seconds: 1, dies: true });
          return world.task().lastStatus === 'STOPPED' && world.isEmpty();
        },
      ),
      { numRuns: 1000 },
    );
    t.end();
  },
);
