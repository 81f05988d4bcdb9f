import { dependenciesOf, type Dependency } from '../../model/container-dependencies.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task, TaskContainer } from '../../model/task.ts';

/** What a task waits for that is not RUNNING, or has containers that are not; undefined where nothing is known of it. Pure. */
export function pendingFor(task: Task, definition: AwsTaskDefinition): string | undefined {
  const { desiredStatus, lastStatus, containers } = task;
  if (lastStatus === 'STOPPED') return undefined;
  if (desiredStatus === 'STOPPED') {
    const running = containers.filter((one) => one.lastStatus === 'RUNNING').map(({ name }) => name);
    return running.length > 0 ? `${running.join(', ')} to end` : undefined;
  }
  if (task.pullStartedAt && !task.pullStoppedAt) {
    const images = [...new Set(containers.map(({ image }) => image))];
    return `the images ${images.join(', ')}`;
  }
  const known = new Map(containers.map((one) => [one.name, one]));
  const waits = containers
    .filter((one) => one.lastStatus === 'PENDING' && !one.neverStarts)
    .flatMap(({ name }) => {
      const own = definition.containerDefinitions?.find((one) => one.name === name) ?? {};
      const unmet = dependenciesOf(own).filter((one) => !isMet(one, known.get(one.container)));
      return unmet.length === 0 ? [] : [`${name} waits for ${unmet.map(print).join(' and ')}`];
    });
  return waits.length > 0 ? waits.join('; ') : undefined;
}

/** By what the API shows of the containers. Source: ECS agent, containerOrderingDependenciesIsResolved. */
function isMet({ condition }: Dependency, container: TaskContainer | undefined): boolean {
  if (!container) return false;
  const { lastStatus, exitCode, healthStatus } = container;
  switch (condition) {
    case 'START':
      return lastStatus !== 'PENDING';
    case 'COMPLETE':
      return lastStatus === 'STOPPED';
    case 'SUCCESS':
      return lastStatus === 'STOPPED' && exitCode === 0;
    case 'HEALTHY':
      return healthStatus === 'HEALTHY';
  }
}

const print = ({ container, condition }: Dependency): string =>
  condition === 'START' ? `${container} to be started` : `${container} to be ${condition}`;
