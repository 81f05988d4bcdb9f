import { capacityProviderArn, clusterArn } from '../model/arn.ts';
import type { Scope } from '../model/caller.ts';
import type { EcsStore } from '../model/ports.ts';
import type { StackStore } from '../model/stack.ts';
import type { Changes } from './changes.ts';
import type { LogDatabase } from './logs/store.ts';

/**
 * The same store, which tells of each save. As with events, every change by whatever part is a call here, so that no part
 * has to remember to tell. What belongs to something else, as a service's events to it, counts as a change of that.
 */
export function tellEcsChanges(store: EcsStore, { note }: Changes): EcsStore {
  const { clusters, taskDefinitions, tasks, services, containerInstances, capacityProviders } = store;
  return {
    ...store,
    clusters: {
      ...clusters,
      put(cluster) {
        clusters.put(cluster);
        note('cluster', clusterArn(cluster.scope, cluster.name));
      },
    },
    taskDefinitions: {
      ...taskDefinitions,
      put(definition) {
        taskDefinitions.put(definition);
        note('taskDefinition', definition.arn);
      },
    },
    tasks: {
      ...tasks,
      put(task) {
        tasks.put(task);
        note('task', task.arn);
      },
      delete(arn) {
        tasks.delete(arn);
        note('task', arn);
      },
      saveObserved(arn, container) {
        tasks.saveObserved(arn, container);
        note('task', arn);
      },
    },
    services: {
      ...services,
      put(service) {
        services.put(service);
        note('service', service.arn);
      },
      addEvents(arn, events) {
        services.addEvents(arn, events);
        note('service', arn);
      },
      deleteEvents(arn) {
        services.deleteEvents(arn);
        note('service', arn);
      },
      putRevision(arn, revision) {
        services.putRevision(arn, revision);
        note('service', arn);
      },
    },
    containerInstances: {
      ...containerInstances,
      put(instance) {
        containerInstances.put(instance);
        note('containerInstance', instance.arn);
      },
      deleteOfCluster(scope, clusterName) {
        const gone = containerInstances.list(scope, clusterName);
        containerInstances.deleteOfCluster(scope, clusterName);
        for (const { arn } of gone) note('containerInstance', arn);
      },
    },
    capacityProviders: {
      ...capacityProviders,
      put(provider) {
        capacityProviders.put(provider);
        note('capacityProvider', capacityProviderArn(provider.scope, provider.name));
      },
    },
  };
}

/** The same for stacks; their resources, events and change sets count as theirs. */
export function tellStackChanges(stacks: StackStore, { note }: Changes): StackStore {
  return {
    ...stacks,
    put(stack) {
      stacks.put(stack);
      note('stack', stack.id);
    },
    putResource(resource) {
      stacks.putResource(resource);
      note('stack', resource.stackId);
    },
    deleteResource(resource) {
      stacks.deleteResource(resource);
      note('stack', resource.stackId);
    },
    addEvents(events) {
      stacks.addEvents(events);
      for (const { stackId } of events) note('stack', stackId);
    },
    putChangeSet(changeSet) {
      stacks.putChangeSet(changeSet);
      note('stack', changeSet.stackId);
    },
    deleteChangeSet(id) {
      const changeSet = stacks.changeSet(id);
      stacks.deleteChangeSet(id);
      if (changeSet) note('stack', changeSet.stackId);
    },
  };
}

/** The same for logs. That events are too old or too many and go is not told: they are no news. */
export function tellLogChanges(logs: LogDatabase, { note, isHeard }: Changes): LogDatabase {
  logs.onAppend((stream) => {
    const group = isHeard() ? logs.groupOf(stream) : undefined;
    if (group) note('logStream', streamArn(group, stream.name));
  });
  return {
    ...logs,
    createGroup(scope, name, tags) {
      const group = logs.createGroup(scope, name, tags);
      note('logGroup', groupArn(group));
      return group;
    },
    deleteGroup(group) {
      logs.deleteGroup(group);
      note('logGroup', groupArn(group));
    },
    setRetention(group, days) {
      logs.setRetention(group, days);
      note('logGroup', groupArn(group));
    },
    setTags(group, tags) {
      logs.setTags(group, tags);
      note('logGroup', groupArn(group));
    },
    createStream(group, name) {
      const stream = logs.createStream(group, name);
      note('logStream', streamArn(group, name));
      return stream;
    },
    deleteStream(stream) {
      const group = logs.groupOf(stream);
      logs.deleteStream(stream);
      if (group) note('logStream', streamArn(group, stream.name));
    },
    appendOutput(target, ...more) {
      // It makes the group and the stream where somebody deleted them.
      const group = { scope: target.scope, name: target.group };
      const isNew = isHeard() && !logs.getGroup(group.scope, group.name);
      logs.appendOutput(target, ...more);
      if (isNew) note('logGroup', groupArn(group));
    },
  };
}

const groupArn = ({ scope, name }: { readonly scope: Scope; readonly name: string }): string =>
  `arn:aws:logs:${scope.region}:${scope.account}:log-group:${name}`;

const streamArn = (group: Parameters<typeof groupArn>[0], stream: string): string =>
  `${groupArn(group)}:log-stream:${stream}`;
