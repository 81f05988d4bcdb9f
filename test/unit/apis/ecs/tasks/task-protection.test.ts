import t from 'tap';
import { taskArn, type TaskArn } from '../../../../../src/model/arn.ts';
import { newTask } from '../../../../../src/model/new-task.ts';
import { CALLER, CONTAINER, createTestApi, type EcsApi } from '../../../../support/ecs-api.ts';

const MINUTE_MS = 60_000;

/** The service `s` with its tasks, as its loop would have made them, and a standalone task. */
function setUp(desiredCount: number): EcsApi & { tasks: TaskArn[]; standalone: string; start(): TaskArn } {
  const api = createTestApi();
  api.call('CreateCluster', {});
  api.call('RegisterTaskDefinition', { family: 'f', containerDefinitions: [CONTAINER] });
  const { service } = api.call('CreateService', { serviceName: 's', taskDefinition: 'f', desiredCount });
  const start = (): TaskArn => {
    const stored = api.store.services.get(service?.serviceArn as never);
    const cluster = api.store.clusters.get(CALLER, 'default');
    const registered = api.store.taskDefinitions.latestActive(CALLER, 'f');
    const [deployment] = stored?.deployments ?? [];
    if (!stored || !cluster || !registered || !deployment) throw new Error('nothing to start');
    const task = newTask(
      { now: () => new Date(api.clock.ms), newId: () => crypto.randomUUID() },
      {
        cluster,
        registered,
        placement: { launchType: 'EC2' },
        group: 'service:s',
        startedBy: deployment.id,
        tags: [],
      },
    );
    api.store.tasks.put(task);
    const taskArns = [...deployment.taskArns, task.arn];
    api.store.services.put({ ...stored, deployments: [{ ...deployment, taskArns }] });
    return task.arn;
  };
  const standalone = api.call('RunTask', { taskDefinition: 'f' }).tasks[0]?.taskArn ?? '';
  const tasks = Array.from({ length: desiredCount }, start);
  api.wokenServices.length = 0;
  return { ...api, tasks, standalone, start };
}

t.test(
  'a task of a service is protected for two hours unless said otherwise, and each call begins anew',
  (t) => {
    const api = setUp(1);
    const { tasks } = api;
    const until = (minutes: number) => new Date(api.clock.ms + minutes * MINUTE_MS);
    const [taskArn] = tasks;
    const set = (more: object) =>
      api.call('UpdateTaskProtection', { cluster: 'default', tasks, protectionEnabled: true, ...more });
    const get = () => api.call('GetTaskProtection', { cluster: 'default', tasks });
    t.strictSame(get(), { protectedTasks: [{ taskArn, protectionEnabled: false }], failures: [] });
    const expected = { taskArn, protectionEnabled: true, expirationDate: until(120) };
    t.strictSame(set({}), { protectedTasks: [expected], failures: [] });
    t.strictSame(get().protectedTasks, [expected]);
    t.equal(api.wokenServices.length, 1, 'the planner hears of it');
    api.clock.ms += 119 * MINUTE_MS;
    t.match(set({ expiresInMinutes: 2 }).protectedTasks, [{ expirationDate: until(2) }]);
    api.clock.ms += 2 * MINUTE_MS;
    t.strictSame(get().protectedTasks, [{ taskArn, protectionEnabled: false }], 'it is over');
    set({});
    t.strictSame(set({ protectionEnabled: false }).protectedTasks, [{ taskArn, protectionEnabled: false }]);
    t.strictSame(get().protectedTasks, [{ taskArn, protectionEnabled: false }]);
    t.end();
  },
);

t.test('what no service runs cannot be protected', (t) => {
  const api = setUp(1);
  const [ours = ''] = api.tasks;
  const missing = taskArn(CALLER, 'default', 'a'.repeat(32));
  const request = { cluster: 'default', tasks: [api.standalone, missing, ours] };
  t.strictSame(api.call('GetTaskProtection', request).failures, [
    { arn: api.standalone, reason: 'TASK_NOT_VALID' },
    { arn: missing, reason: 'MISSING' },
  ]);
  t.match(api.call('UpdateTaskProtection', { ...request, protectionEnabled: true }), {
    failures: [{ reason: 'TASK_NOT_VALID' }, { reason: 'MISSING' }],
    protectedTasks: [{ taskArn: ours }],
  });
  api.call('StopTask', { task: ours });
  t.strictSame(api.call('GetTaskProtection', { cluster: 'default', tasks: [ours] }).failures, [
    { arn: ours, reason: 'TASK_NOT_VALID' },
  ]);
  t.end();
});

t.test('no more tasks than the service is to have are protected at a time', (t) => {
  const api = setUp(2);
  const [a = '', b = ''] = api.tasks;
  const c = api.start();
  const protect = (tasks: string[], protectionEnabled = true) =>
    api.call('UpdateTaskProtection', { cluster: 'default', tasks, protectionEnabled });
  t.match(protect([a, b, c]), {
    protectedTasks: [{ taskArn: a }, { taskArn: b }],
    failures: [{ arn: c, reason: 'DEPLOYMENT_BLOCKED' }],
  });
  t.strictSame(protect([a]).failures, [], 'extending takes no further place');
  protect([a], false);
  t.match(protect([c]), { protectedTasks: [{ taskArn: c }], failures: [] });
  api.clock.ms += 121 * MINUTE_MS;
  t.strictSame(protect([a]).failures, [], 'protections that are over take none');
  t.end();
});

t.test('bad input is refused', (t) => {
  const api = setUp(1);
  const request = { cluster: 'default', tasks: api.tasks, protectionEnabled: true };
  for (const expiresInMinutes of [0, 2881])
    t.match(api.refusal('UpdateTaskProtection', { ...request, expiresInMinutes }), {
      code: 'InvalidParameterException',
    });
  t.match(api.refusal('UpdateTaskProtection', { ...request, tasks: [] }).message, 'Tasks cannot be empty.');
  const many = Array.from({ length: 11 }, () => api.standalone);
  t.match(
    api.refusal('UpdateTaskProtection', { ...request, tasks: many }).message,
    'taskIds can have at most 10 items.',
  );
  t.strictSame(api.call('GetTaskProtection', { cluster: 'default', tasks: many }).failures.length, 1);
  t.equal(api.refusal('GetTaskProtection', { cluster: 'none', tasks: many }).message, 'Cluster not found.');
  t.end();
});
