import type { ContainerDefinition, ContainerDependency } from '@aws-sdk/client-ecs';
import t from 'tap';
import type { ObservedContainer } from '../../../src/model/task.ts';
import { planTask, printStep } from '../../../src/scheduler/plan-task.ts';
import { at, pulledTask, seen } from '../../support/task-planning.ts';

const CHECK = { healthCheck: { command: ['CMD', 'true'] } };

const on = (
  condition: NonNullable<ContainerDependency['condition']>,
  containerName = 'db',
): Pick<ContainerDefinition, 'dependsOn'> => ({ dependsOn: [{ containerName, condition }] });

/** What is planned for `app`, which depends on `db`, 15 seconds after the task was made. */
function plan(
  db: Partial<ContainerDefinition>,
  app: Partial<ContainerDefinition>,
  observed: readonly ObservedContainer[],
  now = at(15),
) {
  const containerDefinitions = [
    { name: 'db', image: 'i', essential: false, ...db },
    { name: 'app', image: 'i', ...app },
  ];
  const planned = planTask(pulledTask(containerDefinitions), { containerDefinitions }, observed, now);
  const step = planned.step ? printStep(planned.step) : 'wait';
  return { step, wakeAt: planned.wakeAt, task: planned.task, app: planned.task.containers[1] };
}

const running = seen('db', 'running');
const ended = (exitCode: number) => seen('db', 'exited', { exitCode });
const health = (healthStatus: ObservedContainer['healthStatus']) => seen('db', 'running', { healthStatus });
const gone = seen('db', 'gone', {});

t.test('what a container waits for, by condition', (t) => {
  const cases: readonly [
    NonNullable<ContainerDependency['condition']>,
    ObservedContainer | undefined,
    string,
  ][] = [
    ['START', undefined, 'start [db]: never started'],
    ['START', seen('db', 'created'), 'start [db]: never started'],
    ['START', running, 'start [app]: db was started'],
    ['START', ended(1), 'start [app]: db was started'],
    ['START', gone, 'start [app]: db was started'],
    ['COMPLETE', running, 'wait'],
    ['COMPLETE', ended(0), 'start [app]: db is COMPLETE'],
    ['COMPLETE', ended(9), 'start [app]: db is COMPLETE'],
    ['COMPLETE', gone, 'wait'],
    ['SUCCESS', running, 'wait'],
    ['SUCCESS', ended(0), 'start [app]: db is SUCCESS'],
    ['HEALTHY', health('UNKNOWN'), 'wait'],
    ['HEALTHY', health('UNHEALTHY'), 'wait'],
    ['HEALTHY', health('HEALTHY'), 'start [app]: db is HEALTHY'],
    // Source: ECS agent: it cannot get healthy any more, and cannot be late either.
    ['HEALTHY', ended(0), 'wait'],
  ];
  for (const [condition, db, step] of cases)
    t.equal(plan(CHECK, on(condition), db ? [db] : []).step, step, `${condition} of ${JSON.stringify(db)}`);
  t.end();
});

t.test('a SUCCESS dependency that fails, or vanishes, ends the task before its dependent is started', (t) => {
  for (const db of [ended(1), gone]) {
    const { step, task, app } = plan({}, on('SUCCESS'), [db]);
    t.equal(step, 'remove: Task failed to start');
    t.match(task, {
      desiredStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'Task failed to start',
      startedAt: undefined,
    });
    t.match(app, {
      lastStatus: 'STOPPED',
      exitCode: 143,
      reason: /^CannotStartContainerError: dependency graph: .* as dependency did not exit successfully\.$/,
    });
  }
  t.end();
});

t.test('links and volumesFrom wait for the start of what they name', (t) => {
  for (const app of [{ links: ['db:database'] }, { volumesFrom: [{ sourceContainer: 'db' }] }]) {
    t.equal(plan({}, app, []).step, 'start [db]: never started');
    t.equal(plan({}, app, [running]).step, 'start [app]: db was started');
  }
  t.equal(plan(CHECK, { links: ['db'], ...on('HEALTHY') }, [running]).step, 'wait', 'dependsOn says more');
  for (const app of [{ links: ['app'] }, { links: ['nobody'] }])
    t.match(plan({}, app, []).task.stoppedReason, /^TaskDependencyError: Task dependencies cannot be/);
  t.end();
});

t.test(
  'startTimeout counts from the first start of the dependency, and only until its condition is met',
  (t) => {
    const late = { startTimeout: 30, ...CHECK };
    for (const condition of ['HEALTHY', 'COMPLETE', 'SUCCESS'] as const) {
      t.match(plan(late, on(condition), [running], at(39)), { step: 'wait', wakeAt: at(40) });
      t.match(plan(late, on(condition), [running], at(40)), {
        step: 'stop [db within 30 s]: Task failed to start',
        app: { exitCode: 143, reason: /has timed out\.$/ },
      });
    }
    t.match(
      plan({ ...late, startTimeout: 3 }, on('COMPLETE'), [ended(0)], at(99)).step,
      'start [app]: db is COMPLETE',
    );
    t.match(plan(late, on('HEALTHY'), [health('HEALTHY')], at(99)).step, 'start [app]: db is HEALTHY');
    t.match(plan(CHECK, on('HEALTHY'), [running], at(9999)), { step: 'wait', wakeAt: undefined });
    t.match(
      plan({ ...late, dockerLabels: { 'ecsidecar.debug.wait': 'node' } }, on('HEALTHY'), [running], at(9999)),
      { step: 'wait', wakeAt: undefined },
      'a person is to attach a debugger',
    );
    t.match(plan({ startTimeout: 3 }, on('START'), [], at(9999)).step, 'start [db]: never started');
    t.end();
  },
);

t.test('the time of a container that was started again since counts from its first start', (t) => {
  const containerDefinitions = [
    { name: 'db', startTimeout: 30, ...CHECK, essential: false },
    { name: 'app', ...on('HEALTHY') },
  ];
  const first = planTask(pulledTask(containerDefinitions), { containerDefinitions }, [running], at(15)).task;
  const again = [seen('db', 'running', { startedAt: at(35) })];
  t.match(planTask(first, { containerDefinitions }, again, at(36)).wakeAt, at(40));
  t.end();
});

t.test(
  'without a dependent that is not essential the task goes on, and all that wait for it are given up',
  (t) => {
    const containerDefinitions = [
      // Backwards: each waits for the next one.
      { name: 'last', essential: false, ...on('COMPLETE', 'next') },
      { name: 'next', essential: false, ...on('START', 'extra') },
      { name: 'extra', essential: false, ...on('SUCCESS', 'migrate') },
      { name: 'migrate', essential: false },
      { name: 'app' },
    ];
    const observed = [
      seen('migrate', 'exited', { exitCode: 2 }),
      seen('app', 'running', { startedAt: at(12) }),
    ];
    const { task, step } = planTask(
      pulledTask(containerDefinitions),
      { containerDefinitions },
      observed,
      at(15),
    );
    t.equal(step, undefined);
    t.match(task, { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', startedAt: at(12) });
    t.same(
      task.containers.map(({ name, lastStatus, exitCode }) => [name, lastStatus, exitCode]),
      [
        ['last', 'STOPPED', 143],
        ['next', 'STOPPED', 143],
        ['extra', 'STOPPED', 143],
        ['migrate', 'STOPPED', 2],
        ['app', 'RUNNING', undefined],
      ],
    );
    const created = [...observed, seen('extra', 'created')];
    t.match(planTask(task, { containerDefinitions }, created, at(16)), { task, step: undefined });
    t.end();
  },
);

t.test('an essential dependency that ends stops the task as any other does', (t) => {
  const { task, app } = plan({ essential: true, ...CHECK }, on('HEALTHY'), [ended(1)]);
  t.match(task, { stopCode: 'EssentialContainerExited' });
  t.match(app, { reason: undefined, exitCode: undefined });
  t.end();
});

t.test('a check of the image alone says nothing, nor does one that is turned off', (t) => {
  for (const check of [{}, { healthCheck: { command: ['NONE'] } }])
    t.match(plan({ essential: true, ...check }, {}, [health('UNHEALTHY'), seen('app', 'running')]).task, {
      healthStatus: 'UNKNOWN',
      containers: [{ healthStatus: 'UNKNOWN' }],
    });
  const watched = plan(CHECK, CHECK, [
    health('UNHEALTHY'),
    seen('app', 'running', { healthStatus: 'HEALTHY' }),
  ]).task;
  t.match(watched, {
    healthStatus: 'HEALTHY',
    containers: [{ healthStatus: 'UNHEALTHY' }, { healthStatus: 'HEALTHY' }],
  });
  t.end();
});
