import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { clusterArn, taskDefinitionArn, type TaskArn } from '../../src/model/arn.ts';
import type { EcsStore } from '../../src/model/ports.ts';
import { createServiceLoop } from '../../src/scheduler/service-loop.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../src/store/ecs/store.ts';
import { testHost } from '../support/ecs-api.ts';
import { createServiceWorld } from '../support/service-world.ts';
import { ms, type Figure } from './figures.ts';

const TASKS = 10;
const WAKES = 2000;

/**
 * What one wake of a service of ten tasks costs, of which one was replaced, by the number of services that are there:
 * of Fargate, and of EC2, whose tasks are placed on a container instance.
 */
export async function* benchServiceLoop(): AsyncGenerator<Figure> {
  for (const launchType of ['FARGATE', 'EC2'] as const) yield* benchLaunchType(launchType);
}

async function* benchLaunchType(launchType: 'FARGATE' | 'EC2'): AsyncGenerator<Figure> {
  for (const count of [100, 1000, 10_000]) {
    const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
    const database = openDatabase(join(folder, 'state.db'), [ecsMigrations]);
    try {
      const perWakeMs = await measure(createEcsStore(database), count, launchType);
      yield {
        what: `one wake of a service of ${TASKS} tasks of ${launchType} that lost one, ${count} services, stand-in executor`,
        value: ms(perWakeMs),
        ratio: perWakeMs,
        ...(count === 1000 && { budget: { atMost: 1 } }),
      };
    } finally {
      database.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function measure(store: EcsStore, count: number, launchType: 'FARGATE' | 'EC2'): Promise<number> {
  const woken: TaskArn[] = [];
  const loop = createServiceLoop({
    store,
    // The stand-in: what is to start runs at once, what is to stop has stopped.
    wakeTask: (arn) => {
      woken.push(arn);
    },
    onServiceSaved: () => undefined,
    host: testHost({}, { isUnlimited: true }),
    random: Math.random,
    now: () => new Date(),
    newId: randomUUID,
    steadySeconds: 0,
    logger: pino({ level: 'silent' }),
  });
  const arns = fill(store, count, launchType);
  const settle = async (): Promise<void> => {
    // A turn of the event loop is one service's; when none is left nothing is woken.
    for (let idle = 0; idle < 3;) {
      await new Promise((resolve) => setImmediate(resolve));
      idle = woken.length === 0 ? idle + 1 : 0;
      for (const arn of woken.splice(0)) {
        const task = store.tasks.get(arn);
        if (!task) continue;
        const lastStatus = task.desiredStatus === 'RUNNING' ? 'RUNNING' : 'STOPPED';
        const moved = { ...task, lastStatus, startedAt: new Date() } as const;
        store.tasks.put(moved);
        loop.taskSaved(moved);
      }
    }
  };
  loop.wakeAll();
  for (let turn = 0; turn < count * 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  await settle();
  const sample = Array.from({ length: WAKES }, (_, index) => arns[(index * 37) % arns.length]!);
  let spentMs = 0;
  for (const arn of sample) {
    const [lost] = store.services.get(arn)?.deployments[0]?.taskArns ?? [];
    const task = lost && store.tasks.get(lost);
    if (!task) throw new Error('the service has no tasks');
    const ended = {
      ...task,
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
    } as const;
    store.tasks.put(ended);
    const start = performance.now();
    loop.taskSaved(ended);
    await settle();
    spentMs += performance.now() - start;
  }
  loop.close();
  // One loss is three wakes: the replacement, that it runs, and the steady state.
  return spentMs / sample.length / 3;
}

function fill(store: EcsStore, count: number, launchType: 'FARGATE' | 'EC2') {
  const { service } = createServiceWorld({ desiredCount: TASKS });
  const { scope } = service;
  return store.transaction(() => {
    store.clusters.put({
      scope,
      arn: clusterArn(scope, 'c'),
      name: 'c',
      status: 'ACTIVE',
      settings: [],
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      tags: [],
      createdAt: new Date(0),
    });
    const arn = taskDefinitionArn(scope, 'f', 1);
    store.taskDefinitions.put({
      scope,
      arn,
      family: 'f',
      revision: 1,
      status: 'ACTIVE',
      definition: { family: 'f', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 8 }] },
      tags: [],
    });
    return Array.from({ length: count }, (_, index) => {
      const named = {
        ...service,
        name: `s${index}`,
        arn: `${service.arn}${index}` as typeof service.arn,
        deployments: service.deployments.map((deployment) => ({
          ...deployment,
          revision: { ...deployment.revision, launchType },
        })),
      };
      store.services.put(named);
      return named.arn;
    });
  });
}
