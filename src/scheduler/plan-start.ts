import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { dependenciesOf, type Dependency } from '../model/container-dependencies.ts';
import { waitsFor } from '../model/debug-wait.ts';
import type { HealthStatus } from '../model/task.ts';

/**
 * How a container of a task stands. `up`: it runs, is being restarted or reloaded. `never`: it was given up before it
 * was started.
 */
export type Standing = 'waiting' | 'up' | 'ended' | 'never';

/** What the start of others may depend on. */
export type ContainerView = {
  readonly definition: ContainerDefinition;
  readonly standing: Standing;
  readonly healthStatus: HealthStatus;
  readonly startedAtMs: number | undefined;
  readonly exitCode: number | undefined;
};

export type StartPlan = {
  /** Containers whose conditions are met, in the definition's order. */
  readonly ready: readonly string[];
  /** What those had waited for: `db is HEALTHY`. */
  readonly cause: string;
  /** Containers that wait for what will not come, with the reason. */
  readonly givenUp: readonly { readonly name: string; readonly reason: string }[];
  /** When time alone will change something. */
  readonly wakeAt: Date | undefined;
};

/** What a terminated container exits with; those that were never started are shown with it. Source: ECS agent. */
export const GIVEN_UP_EXIT_CODE = 143;

/** Which of the waiting containers are to be started now, and which never. Pure. */
export function planStarts(containers: ReadonlyMap<string, ContainerView>, now: Date): StartPlan {
  const views = new Map(containers);
  const ready: string[] = [];
  const givenUp: { name: string; reason: string }[] = [];
  const deadlinesMs: number[] = [];
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    // Those that wait for a container that was just given up are given up as well.
    for (const [name, view] of views) {
      const reason = view.standing === 'waiting' ? reasonToGiveUp(view, views, now) : undefined;
      if (reason === undefined) continue;
      givenUp.push({ name, reason });
      views.set(name, { ...view, standing: 'never', exitCode: GIVEN_UP_EXIT_CODE });
      isSettled = false;
    }
  }
  for (const [name, { standing, definition }] of views) {
    if (standing !== 'waiting') continue;
    const unmet = dependenciesOf(definition).filter((dependency) => !isMet(dependency, views));
    if (unmet.length === 0) ready.push(name);
    deadlinesMs.push(...unmet.flatMap((dependency) => deadlineMs(dependency, views) ?? []));
  }
  const waitedFor = ready.flatMap((name) => dependenciesOf(views.get(name)?.definition ?? {})).map(printMet);
  const cause = waitedFor.length === 0 ? 'never started' : [...new Set(waitedFor)].join(', ');
  const wakeAt = deadlinesMs.length === 0 ? undefined : new Date(Math.min(...deadlinesMs));
  return { ready, cause, givenUp, wakeAt };
}

const printMet = ({ container, condition }: Dependency): string =>
  condition === 'START' ? `${container} was started` : `${container} is ${condition}`;

/** Source: ECS agent, containerOrderingDependenciesIsResolved. */
function isMet({ container, condition }: Dependency, views: ReadonlyMap<string, ContainerView>): boolean {
  const view = views.get(container);
  if (!view) return false;
  const { standing, exitCode, healthStatus } = view;
  switch (condition) {
    case 'START':
      return standing === 'up' || standing === 'ended';
    case 'COMPLETE':
      return standing === 'ended' && exitCode !== undefined;
    case 'SUCCESS':
      return standing === 'ended' && exitCode === 0;
    case 'HEALTHY':
      return standing === 'up' && healthStatus === 'HEALTHY';
  }
}

/**
 * Since when a dependency has had enough time; undefined for one that may take as long as it likes. One that has ended
 * cannot be late any more. Source: ECS agent, hasDependencyTimedOut; ECS API reference, startTimeout.
 */
function deadlineMs(
  { container, condition }: Dependency,
  views: ReadonlyMap<string, ContainerView>,
): number | undefined {
  const view = views.get(container);
  if (condition === 'START' || view?.standing !== 'up') return undefined;
  const { startedAtMs, definition } = view;
  // One that waits for a debugger waits for a person.
  if (startedAtMs === undefined || !definition.startTimeout || waitsFor(definition)) return undefined;
  return startedAtMs + definition.startTimeout * 1000;
}

/**
 * In the ECS agent's words, as recorded from ECS. Unlike the agent we do not call a dependency late that has met its
 * condition while another one has not; the API reference says the same.
 */
function reasonToGiveUp(
  target: ContainerView,
  views: ReadonlyMap<string, ContainerView>,
  now: Date,
): string | undefined {
  for (const dependency of dependenciesOf(target.definition)) {
    const view = views.get(dependency.container);
    if (!view) continue;
    const wait = `ordering dependency [${print(view)}] for target [${print(target)}]`;
    const endMs = isMet(dependency, views) ? undefined : deadlineMs(dependency, views);
    if (endMs !== undefined && now.getTime() >= endMs) return give(`container ${wait} has timed out.`);
    if (view.standing === 'never')
      return give(`failed to resolve container ${wait} because dependency will never start`);
    if (dependency.condition === 'SUCCESS' && view.standing === 'ended' && view.exitCode !== 0)
      return give(`failed to resolve container ${wait} as dependency did not exit successfully.`);
  }
  return undefined;
}

const give = (text: string): string => `CannotStartContainerError: dependency graph: ${text}`;

/** Known status and desired status as the agent prints them. */
const AGENT_STATUS = {
  waiting: 'NONE->RUNNING',
  up: 'RUNNING->RUNNING',
  ended: 'STOPPED->RUNNING',
  never: 'STOPPED->STOPPED',
} as const satisfies Record<Standing, string>;

/** Source: ECS agent, Container.String. */
function print({ definition: { name = '', image = '' }, standing, exitCode }: ContainerView): string {
  const exit = exitCode === undefined || standing === 'up' ? '' : ` - Exit: ${exitCode}`;
  return `${name}(${image}) (${AGENT_STATUS[standing]})${exit}`;
}
