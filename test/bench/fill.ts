import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterArn, containerArn, taskArn, taskDefinitionArn } from '../../src/model/arn.ts';
import type { Task } from '../../src/model/task.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../src/store/ecs/store.ts';

const scope = { account: '000000000000', region: 'us-east-1' };

/** Writes a data folder with a cluster `default` and so many tasks that have just stopped; returns their ARNs. */
export async function fillWithTasks(dataDir: string, count: number): Promise<string[]> {
  await mkdir(dataDir, { recursive: true });
  const database = openDatabase(join(dataDir, 'state.db'), [ecsMigrations]);
  const store = createEcsStore(database);
  const now = new Date();
  const arns: string[] = [];
  store.transaction(() => {
    store.clusters.put({
      scope,
      arn: clusterArn(scope, 'default'),
      name: 'default',
      status: 'ACTIVE',
      settings: [],
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      tags: [],
      createdAt: now,
    });
    for (let index = 0; index < count; index++) {
      const task = stoppedTask(now);
      arns.push(task.arn);
      store.tasks.put(task);
    }
  });
  database.close();
  return arns;
}

function stoppedTask(now: Date): Task {
  const id = randomUUID().replaceAll('-', '');
  return {
    scope,
    arn: taskArn(scope, 'default', id),
    id,
    clusterName: 'default',
    taskDefinitionArn: taskDefinitionArn(scope, 'bench', 1),
    family: 'bench',
    revision: 1,
    group: 'family:bench',
    launchType: 'EC2',
    enableExecuteCommand: false,
    overrides: { containerOverrides: [{ name: 'app' }] },
    tags: [],
    version: 6,
    desiredStatus: 'STOPPED',
    lastStatus: 'STOPPED',
    healthStatus: 'UNKNOWN',
    containers: [
      {
        arn: containerArn(scope, 'default', id, randomUUID()),
        name: 'app',
        image: 'busybox:latest',
        essential: true,
        lastStatus: 'STOPPED',
        healthStatus: 'UNKNOWN',
        networkBindings: [{ bindIP: '0.0.0.0', containerPort: 80, hostPort: 32768, protocol: 'tcp' }],
        cpu: '10',
        memory: '32',
        runtimeId: id + id,
        exitCode: 0,
      },
    ],
    createdAt: now,
    pullStartedAt: now,
    pullStoppedAt: now,
    startedAt: now,
    stoppingAt: now,
    executionStoppedAt: now,
    stoppedAt: now,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  };
}
