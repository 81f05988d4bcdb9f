import type { ContainerRestartPolicy } from '@aws-sdk/client-ecs';
import t from 'tap';
import { requestReload } from '../../../src/model/reload.ts';
import type { ObservedContainer, Task } from '../../../src/model/task.ts';
import { refuseRestart } from '../../../src/scheduler/plan-restart.ts';
import { stopTask } from '../../../src/model/stop-task.ts';
import { planTask, printStep } from '../../../src/scheduler/plan-task.ts';
import { at, pulledTask, seen } from '../../support/task-planning.ts';

const definitionOf = (restartPolicy: Partial<ContainerRestartPolicy>) => ({
  containerDefinitions: [
    { name: 'app', restartPolicy: { enabled: true, restartAttemptPeriod: 60, ...restartPolicy } },
    { name: 'side', essential: false, dependsOn: [{ containerName: 'app', condition: 'START' as const }] },
  ],
});
const definition = definitionOf({});
const runs = pulledTask(definition.containerDefinitions);
const side = seen('side', 'running');

/** Started at 10 s; ended so many seconds later. */
const ended = (seconds: number, exitCode = 1, startedAt = at(10)): ObservedContainer =>
  seen('app', 'exited', { exitCode, startedAt, finishedAt: new Date(startedAt.getTime() + seconds * 1000) });

const plan = (task: Task, app: ObservedContainer, now = at(1000), of = definition) => {
  const planned = planTask(task, of, [app, side], now);
  return { ...planned, step: planned.step && printStep(planned.step) };
};

t.test(
  'a container that ran for its attempt period is started again, and the task knows nothing of it',
  (t) => {
    const before = plan(runs, seen('app', 'running')).task;
    const { task, step } = plan(before, ended(60));
    t.equal(step, 'restart [app]: restart policy (1)');
    t.match(task, {
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      version: before.version,
      containers: [{ lastStatus: 'RUNNING', exitCode: undefined, restarts: { count: 1 } }],
    });
    t.equal(plan(task, ended(60)).task, task, 'planned again, as after a crash, it is the same restart');
    const again = seen('app', 'running', { startedAt: at(80) });
    t.match(plan(task, again), { task, step: undefined });
    t.match(plan(task, ended(60, 1, at(80))), {
      step: 'restart [app]: restart policy (2)',
      task: { containers: [{ restarts: { count: 2 } }] },
    });
    t.match(plan(task, ended(59, 1, at(80))), {
      task: { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1, restarts: { count: 1 } }] },
    });
    t.end();
  },
);

t.test('what is not started again by its policy ends as any other', (t) => {
  const STOP = 'stop [side within 30 s]: Essential container in task exited';
  const RESTART = 'restart [app]: restart policy (1)';
  const cases: readonly [string, Partial<ContainerRestartPolicy>, ObservedContainer, string][] = [
    ['too early', {}, ended(59.9), STOP],
    ['any exit code', {}, ended(60, 0), RESTART],
    ['an ignored exit code', { ignoredExitCodes: [0, 3] }, ended(90, 3), STOP],
    ['another exit code', { ignoredExitCodes: [0, 3] }, ended(90, 4), RESTART],
    ['a policy that is off', { enabled: false }, ended(90), STOP],
    ['300 s when nothing is said', { restartAttemptPeriod: undefined }, ended(299), STOP],
    ['300 s when nothing is said', { restartAttemptPeriod: undefined }, ended(300), RESTART],
    ['removed by somebody', {}, { ...ended(90), state: 'gone' }, STOP],
  ];
  for (const [what, policy, app, step] of cases)
    t.equal(plan(runs, app, at(1000), definitionOf(policy)).step, step, what);
  t.end();
});

t.test('a task that is to stop starts nothing again; nor does one whose essential container ended', (t) => {
  const stopping = stopTask(runs, 'UserInitiated', 'x', at(999));
  t.equal(plan(stopping, ended(90)).step, 'stop [side within 30 s]: x');
  const other = {
    containerDefinitions: [...definition.containerDefinitions, { name: 'main' }],
  };
  const observed = [ended(90), side, seen('main', 'exited')];
  const { task } = planTask(pulledTask(other.containerDefinitions), other, observed, at(1000));
  t.match(task, { stopCode: 'EssentialContainerExited', containers: [{ restarts: undefined }] });
  t.end();
});

t.test('a container that the engine refuses to start again has ended', (t) => {
  const { task } = plan(runs, ended(90));
  const refused = plan(refuseRestart(task, 'app'), ended(90));
  t.match(refused.task, { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] });
  t.end();
});

t.test('a reload of a container that ended takes the place of its restart', (t) => {
  const up = plan(runs, seen('app', 'running')).task;
  const asked = requestReload(up, 'app', {
    id: 'r',
    action: 'restart',
    files: ['/a'],
    holds: true,
    requestedAtMs: at(65).getTime(),
  });
  t.match(plan(asked, ended(60)), {
    step: 'reload [app]: mounted files changed (r)',
    task: { containers: [{ restarts: undefined }] },
  });
  t.end();
});

t.test('while it is restarted a container counts as started, and not as ended, to those that wait', (t) => {
  const waiting = (condition: 'START' | 'COMPLETE') => {
    const containerDefinitions = [
      { ...definition.containerDefinitions[0]!, essential: false },
      { name: 'next', dependsOn: [{ containerName: 'app', condition }] },
    ];
    const { step } = planTask(
      pulledTask(containerDefinitions),
      { containerDefinitions },
      [ended(90)],
      at(1000),
    );
    return step && printStep(step);
  };
  t.equal(waiting('COMPLETE'), 'restart [app]: restart policy (1)');
  t.equal(waiting('START'), 'restart [app]: restart policy (1)', 'then next');
  t.end();
});
