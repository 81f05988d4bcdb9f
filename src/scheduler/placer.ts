import type { ContainerInstanceArn, TaskArn } from '../model/arn.ts';
import type { ContainerInstanceView } from '../model/container-instance.ts';
import { hostPortsOf } from '../model/host-ports.ts';
import {
  closest,
  isEligible,
  placeTasks,
  refusal,
  withoutTasks,
  type Placed,
  type PlacementFailure,
  type PlacementRequest,
} from '../model/placement.ts';
import type { Deployment } from '../model/service.ts';
import type { Task } from '../model/task.ts';

/** Why tasks of a deployment found no place. `closest` is absent where there is no ACTIVE container instance at all. */
export type Refused = { readonly closest?: PlacementFailure };

/**
 * Finds places for the tasks that one plan of a service starts: each is asked for what those before it left. A plan has
 * a placer of its own.
 */
export type Placer = {
  /** How many of so many new tasks of a deployment have a place, which is then theirs. */
  place(deployment: Deployment, count: number): number;
  /** Whether a task has to leave its container instance. */
  isLeaving(deployment: Deployment, task: Task): boolean;
  /** Whether a task of a DAEMON service may not be on its container instance any more, which is ACTIVE. */
  isViolating(deployment: Deployment, task: Task): boolean;
  /** Those of these tasks that are in the way: were they gone, a container instance would take a task of the deployment. */
  inTheWay(deployment: Deployment, tasks: readonly Task[]): ReadonlySet<TaskArn>;
  /** On how many container instances a DAEMON service is to run; undefined for tasks that are not placed. */
  eligibleCount(deployment: Deployment): number | undefined;
  /** The places of a deployment's new tasks; undefined for tasks that are not placed. */
  placesOf(deployment: Deployment): readonly Placed[] | undefined;
  /** What became of asking for places: undefined when nobody did. */
  outcomeOf(deployment: Deployment): 'placed' | Refused | undefined;
};

export type PlacerOptions = {
  /** Whether there is to be a task on each container instance that may have one. */
  readonly isDaemon: boolean;
  /** The container instances that are ACTIVE, with their tasks. Called when it is needed only. */
  readonly views: () => readonly ContainerInstanceView[];
  /** Those that are not. Called when it is needed only. */
  readonly inactive: () => ReadonlySet<ContainerInstanceArn>;
  /** Undefined for tasks that are not placed, such as Fargate's. */
  readonly requestOf: (deployment: Deployment) => PlacementRequest | undefined;
  /** 0 to 1. */
  readonly random: () => number;
};

export function createPlacer({ isDaemon, inactive, random, ...options }: PlacerOptions): Placer {
  const requests = new Map<string, PlacementRequest | undefined>();
  const places = new Map<string, Placed[]>();
  const outcomes = new Map<string, 'placed' | Refused>();
  let left: readonly ContainerInstanceView[] | undefined;
  const views = (): readonly ContainerInstanceView[] => (left ??= options.views());

  const requestOf = (deployment: Deployment): PlacementRequest | undefined => {
    if (!requests.has(deployment.id)) {
      const given = options.requestOf(deployment);
      const distinct = given && { ...given, constraints: { ...given.constraints, isDistinct: true } };
      requests.set(deployment.id, isDaemon ? distinct : given);
    }
    return requests.get(deployment.id);
  };

  const isViolating: Placer['isViolating'] = (deployment, { containerInstanceArn: arn }) => {
    if (!isDaemon || arn === undefined) return false;
    const request = requestOf(deployment);
    const view = views().find(({ instance }) => instance.arn === arn);
    return request !== undefined && view !== undefined && !isEligible(view, request);
  };

  return {
    place(deployment, count) {
      const request = requestOf(deployment);
      if (!request || count === 0) return count;
      const result = placeTasks(views(), request, count, random);
      left = result.views;
      places.set(deployment.id, [...(places.get(deployment.id) ?? []), ...result.placed]);
      const reason = closest(result.failures);
      const isWhole = result.placed.length === count;
      outcomes.set(deployment.id, isWhole ? 'placed' : reason ? { closest: reason } : {});
      return result.placed.length;
    },
    isLeaving: (deployment, task) =>
      (task.containerInstanceArn !== undefined && inactive().has(task.containerInstanceArn)) ||
      isViolating(deployment, task),
    isViolating,
    inTheWay(deployment, tasks) {
      const request = requestOf(deployment);
      if (!request) return new Set();
      const wanted = new Set(request.needs.ports);
      const holders = tasks.filter((task) => hostPortsOf(task).some((port) => wanted.has(port)));
      const ways = views().flatMap((view) => {
        const own = tasks.filter(({ containerInstanceArn }) => containerInstanceArn === view.instance.arn);
        // Who holds its ports may be on any instance.
        return (
          [holders, own, [...new Set([...holders, ...own])]].find(
            (gone) => gone.length > 0 && refusal(withoutTasks(view, gone), request) === undefined,
          ) ?? []
        );
      });
      return new Set(ways.map(({ arn }) => arn));
    },
    eligibleCount(deployment) {
      const request = requestOf(deployment);
      return request && views().filter((view) => isEligible(view, request)).length;
    },
    placesOf: (deployment) => (requestOf(deployment) ? (places.get(deployment.id) ?? []) : undefined),
    outcomeOf: ({ id }) => outcomes.get(id),
  };
}
