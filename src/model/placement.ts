import type { Attribute, PlacementStrategy } from '@aws-sdk/client-ecs';
import type { ClusterQuery } from './cluster-query.ts';
import {
  remainingOf,
  tasksOfGroup,
  type ContainerInstanceView,
  type Reservation,
} from './container-instance.ts';
import { hostPortsOf } from './host-ports.ts';
import { mappedPorts } from './port-mapping.ts';
import { parseCpuUnits, parseMemoryMib } from './sizes.ts';
import type { AwsTaskDefinition } from './task-definition.ts';
import type { Task } from './task.ts';

/** What a task wants of the container instance that it is placed on. */
export type Needs = Omit<Reservation, 'gpuIds'> & {
  readonly gpus: number;
  readonly attributes: readonly Attribute[];
};

/** Where a task may go. */
export type PlacementConstraints = {
  readonly isDistinct: boolean;
  readonly memberOf: readonly ClusterQuery[];
};

export type PlacementRequest = {
  readonly needs: Needs;
  readonly group: string;
  readonly constraints: PlacementConstraints;
  /** Each chooses among what those before it left. */
  readonly strategy: readonly PlacementStrategy[];
  /** Instances would be added for it: the CPU and memory of this machine do not count. */
  readonly addsInstances?: boolean;
};

/** Why an instance does not take a task, in ECS's words. */
export type PlacementReason = (typeof REASONS)[number];

/**
 * The later one is found, the closer the instance came. AGENT is none: an engine that is away is waited for. Sources:
 * ECS developer guide, API failure reasons; the two constraints' words are recorded from ECS in public code.
 */
const REASONS = [
  'ATTRIBUTE',
  'MemberOf placement constraint unsatisfied.',
  'DistinctInstance placement constraint unsatisfied.',
  'RESOURCE:GPU',
  'RESOURCE:CPU',
  'RESOURCE:MEMORY',
  'RESOURCE:PORTS',
] as const;

export type PlacementFailure = { readonly view: ContainerInstanceView; readonly reason: PlacementReason };

export type Placed = { readonly view: ContainerInstanceView; readonly reserved: Reservation };

/** Tasks in the order in which they were placed, and why no more of them could be: once for each instance. */
export type PlacementResult = {
  readonly placed: readonly Placed[];
  readonly failures: readonly PlacementFailure[];
  /** The instances with these tasks on their way. */
  readonly views: readonly ContainerInstanceView[];
};

/**
 * What a task of this definition, overrides applied, holds of its instance. Source: ECS developer guide, task
 * definition parameters: the task's sizes, else those of its containers, of which memory counts as reserved where that
 * is said; fixed host ports of the modes bridge and host. awsvpc has ports of its own.
 */
export function needsOf(definition: AwsTaskDefinition): Needs {
  const containers = definition.containerDefinitions ?? [];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const gpus = containers.flatMap(({ resourceRequirements = [] }) =>
    resourceRequirements.filter(({ type }) => type === 'GPU').map(({ value }) => Number(value ?? 1)),
  );
  return {
    cpuUnits: parseCpuUnits(definition.cpu ?? '') ?? sum(containers.map(({ cpu = 0 }) => cpu)),
    memoryMib:
      parseMemoryMib(definition.memory ?? '') ??
      sum(containers.map(({ memory = 0, memoryReservation }) => memoryReservation ?? memory)),
    ports: fixedPorts(definition),
    gpus: sum(gpus.filter((count) => !Number.isNaN(count))),
    attributes: definition.requiresAttributes ?? [],
  };
}

function fixedPorts({ containerDefinitions = [], networkMode = 'bridge' }: AwsTaskDefinition): string[] {
  if (networkMode !== 'bridge' && networkMode !== 'host') return [];
  const mappings = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings);
  const ports = mappings.flatMap((mapping) => {
    const own = networkMode === 'host' ? mappedPorts(mapping) : [mapping.hostPort ?? 0];
    return own.filter((port) => port > 0).map((port) => `${port}/${mapping.protocol ?? 'tcp'}`);
  });
  return [...new Set(ports)];
}

/**
 * Places up to `count` tasks, each on what those before it left. Pure but for `random`, which gives 0 to 1. Never more
 * is placed on an instance than it has.
 */
export function placeTasks(
  views: readonly ContainerInstanceView[],
  request: PlacementRequest,
  count: number,
  random: () => number,
): PlacementResult {
  let current = [...views];
  const placed: Placed[] = [];
  while (placed.length < count) {
    const fitting = current.filter((view) => refusal(view, request) === undefined);
    const chosen = choose(fitting, request, random);
    if (!chosen) break;
    const reserved = reserve(chosen, request.needs);
    placed.push({ view: chosen, reserved });
    current = current.map((view) =>
      view === chosen ? withTask(view, request.group, reserved) : withPorts(view, reserved.ports),
    );
  }
  const failures =
    placed.length === count
      ? []
      : current.flatMap((view): PlacementFailure[] => {
          const reason = refusal(view, request);
          return reason === undefined ? [] : [{ view, reason }];
        });
  return { placed, failures, views: current };
}

/** The instance that came closest to taking the task, as a service's event names it. */
export const closest = (failures: readonly PlacementFailure[]): PlacementFailure | undefined =>
  failures.toSorted((a, b) => REASONS.indexOf(b.reason) - REASONS.indexOf(a.reason))[0];

/** Why this instance does not take a task; undefined when it does. */
export function refusal(
  view: ContainerInstanceView,
  {
    needs,
    group,
    constraints,
    addsInstances = false,
  }: Pick<PlacementRequest, 'needs' | 'group' | 'constraints' | 'addsInstances'>,
): PlacementReason | undefined {
  const left = remainingOf(view);
  const taken = new Set(left.ports);
  if (!hasAttributes(view, needs)) return 'ATTRIBUTE';
  if (!isMember(view, constraints)) return 'MemberOf placement constraint unsatisfied.';
  if (constraints.isDistinct && tasksOfGroup(view, group) > 0)
    return 'DistinctInstance placement constraint unsatisfied.';
  if (needs.gpus > left.gpuIds.length && !view.hasUncountedGpus) return 'RESOURCE:GPU';
  const isBounded = !view.isUnlimited && (!addsInstances || view.instance.registered !== undefined);
  if (needs.cpuUnits > left.cpuUnits && isBounded) return 'RESOURCE:CPU';
  if (needs.memoryMib > left.memoryMib && isBounded) return 'RESOURCE:MEMORY';
  if (needs.ports.some((port) => taken.has(port))) return 'RESOURCE:PORTS';
  return undefined;
}

/** Whether tasks may be there at all, however much room there is. */
export const isEligible = (
  view: ContainerInstanceView,
  { needs, constraints }: Pick<PlacementRequest, 'needs' | 'constraints'>,
): boolean => hasAttributes(view, needs) && isMember(view, constraints);

const isMember = (view: ContainerInstanceView, { memberOf }: PlacementConstraints): boolean =>
  memberOf.every((query) => query(view));

const hasAttributes = (view: ContainerInstanceView, { attributes }: Needs): boolean =>
  attributes.every((one) => hasAttribute(view, one));

const hasAttribute = ({ attributes }: ContainerInstanceView, { name = '', value }: Attribute): boolean =>
  attributes.has(name) && (value === undefined || attributes.get(name) === value);

const reserve = (view: ContainerInstanceView, needs: Needs): Reservation => ({
  cpuUnits: needs.cpuUnits,
  memoryMib: needs.memoryMib,
  ports: needs.ports,
  gpuIds: remainingOf(view).gpuIds.slice(0, needs.gpus),
});

/** The instance once a task of another one holds ports of the machine that both are. */
export const withPorts = (view: ContainerInstanceView, ports: readonly string[]): ContainerInstanceView =>
  ports.length === 0 ? view : { ...view, used: { ...view.used, ports: [...view.used.ports, ...ports] } };

/** The instance with one more task on its way. */
function withTask(view: ContainerInstanceView, group: string, reserved: Reservation): ContainerInstanceView {
  const { used } = view;
  return {
    ...view,
    used: {
      cpuUnits: used.cpuUnits + reserved.cpuUnits,
      memoryMib: used.memoryMib + reserved.memoryMib,
      ports: [...used.ports, ...reserved.ports],
      gpuIds: [...used.gpuIds, ...reserved.gpuIds],
    },
    pendingTasksCount: view.pendingTasksCount + 1,
    moreByGroup: withMore(view, group, 1),
  };
}

function withMore({ moreByGroup }: ContainerInstanceView, group: string, tasks: number): Map<string, number> {
  return new Map(moreByGroup).set(group, (moreByGroup?.get(group) ?? 0) + tasks);
}

/** The instance as it is once these tasks are gone; of those that are not its own, the ports become free. */
export function withoutTasks(view: ContainerInstanceView, tasks: readonly Task[]): ContainerInstanceView {
  const { used } = view;
  const own = tasks.filter(({ containerInstanceArn }) => containerInstanceArn === view.instance.arn);
  const reserved = own.flatMap((task) => task.reserved ?? []);
  const ports = new Set(tasks.flatMap(hostPortsOf));
  const gpuIds = new Set(reserved.flatMap((one) => one.gpuIds));
  let less = view;
  for (const { group } of own) less = { ...less, moreByGroup: withMore(less, group, -1) };
  return {
    ...less,
    used: {
      cpuUnits: reserved.reduce((left, { cpuUnits }) => left - cpuUnits, used.cpuUnits),
      memoryMib: reserved.reduce((left, { memoryMib }) => left - memoryMib, used.memoryMib),
      ports: used.ports.filter((port) => !ports.has(port)),
      gpuIds: used.gpuIds.filter((id) => !gpuIds.has(id)),
    },
  };
}

/** Source: ECS developer guide, task placement strategies. What they leave to chance is chosen at random. */
function choose(
  fitting: readonly ContainerInstanceView[],
  { strategy, group }: PlacementRequest,
  random: () => number,
): ContainerInstanceView | undefined {
  let left = fitting;
  for (const { type, field = '' } of strategy) {
    if (type === 'spread') left = fewestTasks(left, field, group);
    if (type === 'binpack') left = leastLeft(left, field);
  }
  return left[Math.min(left.length - 1, Math.floor(random() * left.length))];
}

/** Those where the group has the fewest tasks, counted by instance or by an attribute's value. */
function fewestTasks(
  views: readonly ContainerInstanceView[],
  field: string,
  group: string,
): readonly ContainerInstanceView[] {
  const attribute = /^attribute:(.+)$/.exec(field)?.[1];
  const keyOf = ({ instance, attributes }: ContainerInstanceView): string =>
    attribute === undefined ? instance.id : (attributes.get(attribute) ?? '');
  const counts = new Map<string, number>();
  for (const view of views)
    counts.set(keyOf(view), (counts.get(keyOf(view)) ?? 0) + tasksOfGroup(view, group));
  const fewest = Math.min(...counts.values());
  return views.filter((view) => counts.get(keyOf(view)) === fewest);
}

/** Those with the least of it left. */
function leastLeft(views: readonly ContainerInstanceView[], field: string): readonly ContainerInstanceView[] {
  const leftOf = (view: ContainerInstanceView): number =>
    field.toLowerCase() === 'cpu' ? remainingOf(view).cpuUnits : remainingOf(view).memoryMib;
  const least = Math.min(...views.map(leftOf));
  return views.filter((view) => leftOf(view) === least);
}
