import fc from 'fast-check';
import t from 'tap';
import {
  afterReload,
  holdReload,
  parseReloadAction,
  printFiles,
  requestReload,
} from '../../../src/model/reload.ts';
import { containerArn } from '../../../src/model/arn.ts';
import type { ObservedContainer } from '../../../src/model/task.ts';
import { stopTask } from '../../../src/model/stop-task.ts';
import { planTask } from '../../../src/scheduler/plan-task.ts';
import { sampleTask } from '../../support/rendering.ts';

const at = (ms: number): Date => new Date(1_700_000_000_000 + ms);
const DEFINITION = {
  containerDefinitions: [{ name: 'server', essential: true, healthCheck: { command: ['CMD', 'true'] } }],
};
const REQUEST = {
  id: 'first',
  action: 'restart',
  files: ['/a'],
  holds: true,
  requestedAtMs: at(0).getTime(),
};

const seen = (
  state: ObservedContainer['state'],
  more: Partial<ObservedContainer> = {},
): ObservedContainer => ({
  name: 'server',
  dockerId: 'd',
  state,
  oomKilled: false,
  healthStatus: 'UNKNOWN',
  networkBindings: [],
  startedAt: at(50),
  ...(state === 'exited' && { exitCode: 1, finishedAt: at(200) }),
  ...more,
});

const running = () => {
  const sample = sampleTask();
  const container = {
    arn: containerArn(sample.scope, sample.clusterName, sample.id, 'server'),
    name: 'server',
    image: 'busybox',
    essential: true,
    lastStatus: 'PENDING' as const,
    healthStatus: 'UNKNOWN' as const,
    networkBindings: [],
  };
  const task = { ...sample, pullStoppedAt: at(-9), containers: [container] };
  return planTask(task, DEFINITION, [seen('running')], at(0)).task;
};

t.test('a reload is a step until it is done; what ends meanwhile does not end the task', (t) => {
  const asked = requestReload(running(), 'server', REQUEST);
  for (const state of ['running', 'exited', 'gone', 'created'] as const)
    t.match(planTask(asked, DEFINITION, [seen(state)], at(100)), {
      task: { desiredStatus: 'RUNNING', lastStatus: 'RUNNING', containers: [{ lastStatus: 'RUNNING' }] },
      step: { kind: 'reload', containers: ['server'] },
    });
  const ended = seen('exited', { exitCode: 0, finishedAt: at(-1) });
  t.match(planTask(asked, DEFINITION, [ended], at(100)), {
    task: { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited' },
  });
  const done = afterReload(asked, 'server', 'first', { doneAtMs: at(100).getTime() });
  t.match(planTask(done, DEFINITION, [seen('running')], at(100)).step, undefined);
  t.end();
});

t.test(
  'a program that ends with an error soon after is held, until the next save or a start by hand',
  (t) => {
    const asked = requestReload(running(), 'server', REQUEST);
    const done = afterReload(asked, 'server', 'first', { doneAtMs: at(100).getTime() });
    const held = planTask(done, DEFINITION, [seen('exited')], at(300)).task;
    t.match(held, {
      desiredStatus: 'RUNNING',
      containers: [{ lastStatus: 'RUNNING', exitCode: undefined }],
      reloads: { server: { status: 'HELD', reason: 'it ended with exit code 1' } },
    });
    t.match(planTask(held, DEFINITION, [seen('exited')], at(99_000)), { task: held, step: undefined });
    t.match(
      planTask(
        requestReload(held, 'server', { ...REQUEST, id: 'next' }),
        DEFINITION,
        [seen('exited')],
        at(400),
      ),
      {
        step: { kind: 'reload' },
      },
    );
    t.match(planTask(held, DEFINITION, [seen('running')], at(400)).task.reloads, {
      server: { status: 'DONE' },
    });
    t.match(planTask(holdReload(asked, 'server', 'first', 'no port'), DEFINITION, [seen('exited')], at(1)), {
      task: { desiredStatus: 'RUNNING' },
      step: undefined,
    });

    const ends = (more: Partial<ObservedContainer>, holds = true) =>
      planTask(
        { ...done, reloads: { server: { ...done.reloads!['server']!, holds } } },
        DEFINITION,
        [seen('exited', more)],
        at(300),
      ).task.desiredStatus;
    t.equal(ends({ exitCode: 0 }), 'STOPPED', 'it is done');
    t.equal(ends({ finishedAt: at(20_000) }), 'STOPPED', 'long after');
    t.equal(ends({ oomKilled: true }), 'STOPPED');
    t.equal(ends({}, false), 'STOPPED', 'as its label says');
    t.end();
  },
);

t.test('a task that is to stop ends as any other, whatever its last reload came to', (t) => {
  const asked = requestReload(running(), 'server', REQUEST);
  const done = afterReload(asked, 'server', 'first', { doneAtMs: at(100).getTime() });
  const held = planTask(done, DEFINITION, [seen('exited')], at(300)).task;
  for (const reloaded of [asked, done, held]) {
    const stopping = stopTask(reloaded, 'UserInitiated', 'Task stopped by user', at(150));
    const ended = planTask(stopping, DEFINITION, [seen('exited', { exitCode: 137 })], at(400));
    t.match(ended, {
      task: { reloads: reloaded.reloads, containers: [{ lastStatus: 'STOPPED', exitCode: 137 }] },
      step: { kind: 'remove' },
    });
  }
  t.end();
});

t.test(
  'a save while the container is being stopped for the one before does not make that end the task’s',
  (t) => {
    const first = requestReload(running(), 'server', REQUEST);
    const second = requestReload(first, 'server', {
      ...REQUEST,
      id: 'second',
      requestedAtMs: at(300).getTime(),
    });
    const ended = seen('exited', { exitCode: 0, finishedAt: at(200) });
    t.match(planTask(second, DEFINITION, [ended], at(310)), {
      task: { desiredStatus: 'RUNNING' },
      step: { kind: 'reload', containers: ['server'] },
    });
    t.end();
  },
);

t.test('a check that fails since a reload says nothing yet; one that passes ends the holding', (t) => {
  const asked = requestReload(running(), 'server', REQUEST);
  const done = afterReload(asked, 'server', 'first', { doneAtMs: at(40).getTime() });
  t.equal(
    planTask(done, DEFINITION, [seen('running', { healthStatus: 'UNHEALTHY' })], at(99)).task.healthStatus,
    'UNKNOWN',
  );
  const healthy = planTask(done, DEFINITION, [seen('running', { healthStatus: 'HEALTHY' })], at(99)).task;
  t.match(healthy, { healthStatus: 'HEALTHY', reloads: {} });
  t.equal(
    planTask(healthy, DEFINITION, [seen('running', { healthStatus: 'UNHEALTHY' })], at(99)).task.healthStatus,
    'UNHEALTHY',
  );
  t.end();
});

t.test(
  'changes that come before a reload is done are joined with it; an older one ends no newer one',
  (t) => {
    const asked = requestReload(running(), 'server', REQUEST);
    const more = requestReload(asked, 'server', { ...REQUEST, id: 'second', files: ['/a', '/b'] });
    t.match(more.reloads, { server: { id: 'second', files: ['/a', '/b'], status: 'PENDING' } });
    t.equal(afterReload(more, 'server', 'first', { doneAtMs: 1 }), more);
    t.equal(holdReload(more, 'server', 'first', 'x'), more);
    t.equal(printFiles({ files: ['/a', '/b'], fileCount: 7 }), '/a, /b and 5 more');
    t.end();
  },
);

t.test('actions are read as they are written, and nothing else is', (t) => {
  t.same(parseReloadAction(' signal:SIGHUP '), { kind: 'signal', signal: 'SIGHUP' });
  t.same(parseReloadAction('exec:nginx -s "re load"'), { kind: 'exec', command: ['nginx', '-s', 're load'] });
  for (const word of ['restart', 'recreate', 'replace', 'off'])
    t.same(parseReloadAction(word), { kind: word });
  for (const wrong of ['', 'restart:now', 'signal', 'signal:', 'signal:kill -9', 'exec:', 'exec: ', 'reboot'])
    t.equal(parseReloadAction(wrong), undefined, wrong);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const action = parseReloadAction(text);
      return action === undefined || text.trim().startsWith(action.kind);
    }),
  );
  t.end();
});
