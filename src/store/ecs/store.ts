import type { EcsStore } from '../../model/ports.ts';
import { createTransaction, type Database, type Migrations } from '../database.ts';
import { attributeTables } from './attribute-tables.ts';
import { capacityProviderTables, createCapacityProviderStore } from './capacity-providers.ts';
import { clusterTables, createClusterStore } from './clusters.ts';
import { containerInstanceTables, createContainerInstanceStore } from './container-instances.ts';
import { eventTables } from './events.ts';
import { createServiceStore, serviceTables } from './services.ts';
import { createSettingStore, settingTables } from './settings.ts';
import { createTaskDefinitionStore, taskDefinitionTables } from './task-definitions.ts';
import { createTaskStore, taskTables } from './tasks.ts';

export const ecsMigrations: Migrations = {
  group: 'ecs',
  steps: [
    [clusterTables, taskDefinitionTables, taskTables, settingTables, attributeTables].join('\n'),
    serviceTables,
    eventTables,
    containerInstanceTables,
    capacityProviderTables,
  ],
};

/** All ECS state in one database whose tables `ecsMigrations` made. Statements are prepared once. */
export function createEcsStore(database: Database): EcsStore {
  const inTransaction = createTransaction(database);
  const clusters = createClusterStore(database);
  const taskDefinitions = createTaskDefinitionStore(database);
  const tasks = createTaskStore(database);
  const services = createServiceStore(database);
  const containerInstances = createContainerInstanceStore(database);
  return {
    clusters,
    taskDefinitions,
    tasks,
    services,
    settings: createSettingStore(database),
    containerInstances,
    capacityProviders: createCapacityProviderStore(database),
    transaction(run) {
      try {
        return inTransaction(run);
      } catch (error) {
        clusters.forgetCached();
        taskDefinitions.forgetCached();
        tasks.forgetCached();
        services.forgetCached();
        containerInstances.forgetCached();
        throw error;
      }
    },
  };
}
