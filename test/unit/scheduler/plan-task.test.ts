import fc from 'fast-check';
import t from 'tap';
import { containerArn, taskArn, taskDefinitionArn } from '../../../src/model/arn.ts';
import { afterReload, requestReload } from '../../../src/model/reload.ts';
import { stopTask } from '../../../src/model/stop-task.ts';
import type { ObservedContainer, Task } from '../../../src/model/task.ts';
import {
  afterPull,
  afterRemove,
  failToStart,
  planTask,
  printStep,
} from '../../../src/scheduler/plan-task.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const id = '0123456789abcdef0123456789abcdef';
const at = (seconds: number): Date => new Date(1_700_000_000_000 + seconds * 1000);
const now = at(100);

const makeTask = (containers: Record<string, { essential: boolean }>, changes: Partial<Task> = {}): Task => ({
  scope,
  arn: taskArn(scope, 'c', id),
  id,
  clusterName: 'c',
  taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  group: 'family:f',
  enableExecuteCommand: false,
  overrides: {},
  tags: [],
  version: 1,
  desiredStatus: 'RUNNING',
  lastStatus: 'PROVISIONING',
  healthStatus: 'UNKNOWN',
  createdAt: at(0),
  containers: Object.entries(containers).map(([name, { essential }]) => ({
    arn: containerArn(scope, 'c', id, name),
    name,
    image: 'busybox',
    essential,
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
    networkBindings: [],
  })),
  ...changes,
});

const observe = (
  name: string,
  state: ObservedContainer['state'],
  more: Partial<ObservedContainer> = {},
): ObservedContainer => ({
  name,
  dockerId: `docker-${name}`,
  state,
  oomKilled: false,
  healthStatus: 'UNKNOWN',
  networkBindings: [],
  ...(state !== 'created' && { startedAt: at(10) }),
  ...(state === 'exited' && { exitCode: 0, finishedAt: at(20) }),
  ...more,
});

const definition = { containerDefinitions: [{ name: 'app', stopTimeout: 7 }, { name: 'side' }] };
const both = { app: { essential: true }, side: { essential: false } };
const pulled = { pullStartedAt: at(1), pullStoppedAt: at(2), lastStatus: 'PENDING' as const };

const steps = (task: Task, observed: ObservedContainer[]): string => {
  const { step } = planTask(task, definition, observed, now);
  return step ? printStep(step) : 'wait';
};

t.test('what is planned from where a task stands', (t) => {
  const running = makeTask(both, pulled);
  const stopping = stopTask(running, 'UserInitiated', 'Task stopped by user', now);
  t.equal(steps(makeTask(both), []), 'pull [app, side]: images not known to be present');
  t.equal(steps(running, []), 'start [app, side]: never started');
  t.equal(
    steps(running, [observe('app', 'running'), observe('side', 'created')]),
    'start [side]: never started',
  );
  t.equal(steps(running, [observe('app', 'running'), observe('side', 'running')]), 'wait');
  t.equal(
    steps(running, [observe('app', 'running'), observe('side', 'exited')]),
    'wait',
    'a non-essential one may end',
  );
  t.equal(
    steps(running, [observe('app', 'exited'), observe('side', 'running')]),
    'stop [side within 30 s]: Essential container in task exited',
  );
  t.equal(
    steps(running, [observe('app', 'exited'), observe('side', 'exited')]),
    'remove: Essential container in task exited',
  );
  t.equal(
    steps(running, [observe('app', 'gone'), observe('side', 'exited')]),
    'remove: Essential container in task exited',
    'removed by hand is exited',
  );
  t.equal(
    steps(stopping, [observe('app', 'running'), observe('side', 'running')]),
    'stop [app within 7 s; side within 30 s]: Task stopped by user',
  );
  t.equal(steps(stopping, [observe('app', 'running')]), 'stop [app within 7 s]: Task stopped by user');
  t.equal(steps(stopping, []), 'remove: Task stopped by user');
  t.equal(steps(afterRemove(stopping, now), [observe('app', 'running')]), 'wait', 'STOPPED is the end');
  t.end();
});

t.test('an essential container that exits stops the task with its code and reason', (t) => {
  const { task } = planTask(
    makeTask(both, pulled),
    definition,
    [observe('app', 'exited', { exitCode: 3 })],
    now,
  );
  t.match(task, {
    desiredStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppingAt: now,
  });
  t.equal(task.containers[0]?.exitCode, 3);
  t.end();
});

t.test('RUNNING is reported with the time at which the last container was started', (t) => {
  const observed = [
    observe('app', 'running', { startedAt: at(11) }),
    observe('side', 'running', { startedAt: at(12) }),
  ];
  const { task } = planTask(makeTask(both, pulled), definition, observed, now);
  t.match(task, { lastStatus: 'RUNNING', startedAt: at(12), version: 2 });
  t.equal(planTask(task, definition, observed, now).task, task, 'planning again changes nothing');
  t.end();
});

t.test('a container killed for its memory says so in the words of the ECS agent', (t) => {
  const observed = [observe('app', 'exited', { exitCode: 137, oomKilled: true })];
  const { task } = planTask(makeTask(both, pulled), definition, observed, now);
  t.match(task.containers[0], {
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
  });
  t.end();
});

t.test('a task that failed to start keeps the first reason, on the failing container only', (t) => {
  const failed = failToStart(
    makeTask(both, pulled),
    { reason: 'CannotPullContainerError: no', container: 'app', isContainers: false },
    now,
  );
  t.match(failed, { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: no' });
  t.equal(failed.containers[0]?.reason, 'CannotPullContainerError: no');
  t.equal(failed.containers[1]?.reason, undefined);
  t.equal(stopTask(failed, 'UserInitiated', 'later', now).stoppedReason, 'CannotPullContainerError: no');
  t.end();
});

t.test('whatever the engine does, every task ends, and no container is started twice', (t) => {
  const names = ['a', 'b', 'c'];
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      fc.array(
        fc.record({
          container: fc.nat(2),
          event: fc.constantFrom('exit', 'vanish', 'stop', 'crash', 'save'),
        }),
        { maxLength: 12 },
      ),
      (essential, events) => {
        essential[0] = true;
        let task = makeTask(
          Object.fromEntries(names.map((name, i) => [name, { essential: essential[i] ?? false }])),
        );
        const engine = new Map<string, ObservedContainer>();
        const starts = new Map<string, number>();
        const settle = (): void => {
          for (let turns = 0; ; turns++) {
            if (turns > 20) throw new Error('planning does not come to an end');
            const plan = planTask(task, definition, [...engine.values()], now);
            task = plan.task;
            if (!plan.step) return;
            switch (plan.step.kind) {
              case 'pull':
                task = afterPull(task, undefined, now);
                break;
              case 'start':
                for (const name of plan.step.containers) {
                  starts.set(name, (starts.get(name) ?? 0) + 1);
                  engine.set(name, observe(name, 'running'));
                }
                break;
              case 'reload':
                for (const name of plan.step.containers) {
                  engine.set(name, observe(name, 'running'));
                  task = afterReload(task, name, 'id', { doneAtMs: now.getTime() });
                }
                break;
              case 'stop':
                for (const { name } of plan.step.containers)
                  engine.set(name, observe(name, 'exited', { exitCode: 143 }));
                break;
              case 'restart':
                throw new Error('no container has a restart policy');
              case 'remove':
                engine.clear();
                task = afterRemove(task, now);
                break;
            }
          }
        };
        settle();
        for (const { container, event } of events) {
          const name = names[container] ?? '';
          if (event === 'exit' && engine.get(name)?.state === 'running')
            engine.set(name, observe(name, 'exited'));
          if (event === 'crash' && engine.get(name)?.state === 'running')
            engine.set(name, observe(name, 'exited', { exitCode: 1 }));
          if (event === 'save' && task.desiredStatus === 'RUNNING')
            task = requestReload(task, name, {
              id: 'id',
              action: 'restart',
              files: ['/a'],
              holds: true,
              requestedAtMs: now.getTime(),
            });
          if (event === 'vanish' && engine.has(name)) engine.set(name, observe(name, 'gone'));
          if (event === 'stop') task = stopTask(task, 'UserInitiated', 'x', now);
          settle();
        }
        task = stopTask(task, 'UserInitiated', 'x', now);
        settle();
        return (
          task.lastStatus === 'STOPPED' &&
          engine.size === 0 &&
          [...starts.values()].every((count) => count === 1)
        );
      },
    ),
  );
  t.end();
});
