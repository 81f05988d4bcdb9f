import fc from 'fast-check';
import t from 'tap';
import type { TaskArn } from '../../../../../src/model/arn.ts';
import { CONTAINER, createTestApi, type EcsApi } from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';
const UNKNOWN_ID = 'f'.repeat(32);

function prepare(): EcsApi {
  const api = createTestApi();
  for (const family of ['f', 'g'])
    api.call('RegisterTaskDefinition', { family, containerDefinitions: [CONTAINER] });
  api.call('CreateCluster', {});
  api.call('CreateCluster', { clusterName: 'c' });
  return api;
}

function run(api: EcsApi, input: object = {}): TaskArn {
  const [task] = api.call('RunTask', { taskDefinition: 'f', ...input }).tasks;
  return task?.taskArn as TaskArn;
}

t.test('StopTask answers at once: desired STOPPED, lastStatus as it was (real outputs of ECS)', (t) => {
  const api = prepare();
  const arn = run(api, { tags: [{ key: 'k', value: 'v' }] });
  api.woken.length = 0;
  api.clock.ms += 1000;
  const { task } = api.call('StopTask', { task: arn });
  t.match(task, {
    desiredStatus: 'STOPPED',
    lastStatus: 'PROVISIONING',
    stopCode: 'UserInitiated',
    stoppedReason: 'Task stopped by user',
    stoppingAt: new Date(api.clock.ms),
    version: 2,
    tags: [],
  });
  t.strictSame(api.woken, [arn]);
  t.end();
});

t.test('StopTask keeps the first reason and wakes nobody the second time', (t) => {
  const api = prepare();
  const arn = run(api);
  const first = api.call('StopTask', { task: arn.split('/').at(-1), reason: 'because' });
  api.woken.length = 0;
  t.strictSame(api.call('StopTask', { task: arn, reason: 'other' }), first);
  t.equal(first.task.stoppedReason, 'because');
  t.strictSame(api.woken, []);
  t.end();
});

t.test('StopTask of what is not there or no task, in words of ECS', (t) => {
  const api = prepare();
  const arn = run(api);
  const cases = [
    [UNKNOWN_ID, 'The referenced task was not found.'],
    ['nope', 'Task Identifier is invalid'],
    ['', 'Task Identifier is invalid'],
    ['../../x', 'Task Identifier is invalid'],
    [`${ARN}service/default/x`, 'Task Identifier is invalid'],
    [arn.replace('default', 'c'), 'Invalid identifier: Identifier is for cluster c. Your cluster is default'],
    [arn.replace('eu-west-1', 'us-east-1'), 'Invalid Region in ARN'],
  ] as const;
  for (const [task, message] of cases) {
    t.match(api.refusal('StopTask', { task }), { code: 'InvalidParameterException', message });
  }
  t.end();
});

t.test(
  'DescribeTasks takes ids and ARNs, answers each once, and what is not there is MISSING with its full ARN',
  (t) => {
    const api = prepare();
    const arn = run(api);
    const id = arn.split('/').at(-1) ?? '';
    const answer = api.call('DescribeTasks', { tasks: [arn, id, UNKNOWN_ID, `${ARN}task/${id}`] });
    t.strictSame(
      answer.tasks.map(({ taskArn }) => taskArn),
      [arn],
    );
    t.strictSame(answer.failures, [{ arn: `${ARN}task/default/${UNKNOWN_ID}`, reason: 'MISSING' }]);
    t.strictSame(api.call('DescribeTasks', { cluster: 'c', tasks: [id] }).failures, [
      { arn: `${ARN}task/c/${id}`, reason: 'MISSING' },
    ]);
    t.end();
  },
);

t.test('DescribeTasks of none and of more than 100, in words of ECS', (t) => {
  const api = prepare();
  t.match(api.refusal('DescribeTasks', { tasks: [] }), {
    code: 'InvalidParameterException',
    message: 'Tasks cannot be empty.',
  });
  t.match(api.refusal('DescribeTasks', { tasks: Array.from({ length: 101 }, () => UNKNOWN_ID) }), {
    code: 'InvalidParameterException',
    message: 'taskIds can have at most 100 items.',
  });
  t.end();
});

t.test('DescribeTasks shows tags only when included', (t) => {
  const api = prepare();
  const tags = [{ key: 'k', value: 'v' }];
  const arn = run(api, { tags });
  t.strictSame(api.call('DescribeTasks', { tasks: [arn] }).tasks[0]?.tags, []);
  t.strictSame(api.call('DescribeTasks', { tasks: [arn], include: ['TAGS'] }).tasks[0]?.tags, tags);
  t.end();
});

t.test(
  'a task that did not change is answered by the very same frozen object, a changed one by another',
  (t) => {
    const api = prepare();
    const arn = run(api, { tags: [{ key: 'k', value: 'v' }] });
    const describe = (input: object = {}) => api.call('DescribeTasks', { tasks: [arn], ...input }).tasks[0];
    const first = describe();
    t.equal(describe(), first);
    t.equal(describe({ include: ['TAGS'] }), describe({ include: ['TAGS'] }));
    t.ok(
      Object.isFrozen(first) &&
        Object.isFrozen(first?.containers?.[0]) &&
        Object.isFrozen(first?.overrides?.containerOverrides),
    );
    api.call('StopTask', { task: arn });
    t.not(describe(), first);
    t.equal(describe()?.version, 2);
    t.end();
  },
);

t.test('every timestamp, code, digest and binding of a task that ran is answered', (t) => {
  const api = prepare();
  const arn = run(api);
  const task = api.store.tasks.get(arn)!;
  const at = (seconds: number) => new Date(api.clock.ms + seconds * 1000);
  const binding = { bindIP: '0.0.0.0', containerPort: 80, hostPort: 32768, protocol: 'tcp' as const };
  const times = {
    pullStartedAt: at(1),
    pullStoppedAt: at(2),
    startedAt: at(3),
    stoppingAt: at(4),
    executionStoppedAt: at(5),
    stoppedAt: at(6),
  };
  api.store.tasks.put({
    ...task,
    ...times,
    version: 9,
    desiredStatus: 'STOPPED',
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'HEALTHY',
    containers: task.containers.map((container) => ({
      ...container,
      lastStatus: 'STOPPED',
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
      runtimeId: 'a'.repeat(64),
      imageDigest: 'sha256:1',
      networkBindings: [binding],
      healthStatus: 'HEALTHY',
    })),
  });
  const [answer] = api.call('DescribeTasks', { tasks: [arn] }).tasks;
  t.match(answer, {
    ...times,
    connectivity: 'CONNECTED',
    connectivityAt: at(1),
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    healthStatus: 'HEALTHY',
    version: 9,
  });
  t.match(answer?.containers?.[0], {
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
    runtimeId: 'a'.repeat(64),
    imageDigest: 'sha256:1',
    networkBindings: [binding],
    lastStatus: 'STOPPED',
    healthStatus: 'HEALTHY',
    taskArn: arn,
  });
  t.end();
});

t.test(
  'ListTasks shows what is desired to run unless asked; PENDING matches nothing (ECS API reference)',
  (t) => {
    const api = prepare();
    const running = run(api);
    const stopped = run(api);
    api.call('StopTask', { task: stopped });
    t.strictSame(api.call('ListTasks', {}).taskArns, [running]);
    t.strictSame(api.call('ListTasks', { desiredStatus: 'STOPPED' }).taskArns, [stopped]);
    t.strictSame(api.call('ListTasks', { desiredStatus: 'PENDING' }).taskArns, []);
    t.strictSame(api.call('ListTasks', { cluster: 'c' }).taskArns, []);
    t.end();
  },
);

t.test('ListTasks filters by family, startedBy and launch type', (t) => {
  const api = prepare();
  const f = run(api, { startedBy: 'me' });
  const g = run(api, { taskDefinition: 'g', launchType: 'EXTERNAL' });
  t.strictSame(api.call('ListTasks', { family: 'f' }).taskArns, [f]);
  t.strictSame(api.call('ListTasks', { launchType: 'EXTERNAL' }).taskArns, [g]);
  t.strictSame(api.call('ListTasks', { family: 'f', launchType: 'EXTERNAL' }).taskArns, []);
  t.strictSame(api.call('ListTasks', { startedBy: 'me', desiredStatus: 'RUNNING' }).taskArns, [f]);
  t.strictSame(api.call('ListTasks', { startedBy: 'you' }).taskArns, []);
  t.match(api.refusal('ListTasks', { startedBy: 'me', family: 'f' }), {
    code: 'InvalidParameterException',
    // Source: ECS's words, recorded in GitHub issues.
    message: 'cannot specify startedBy with other arguments',
  });
  t.match(api.refusal('ListTasks', { serviceName: 's', family: 'f' }), {
    message: 'cannot specify serviceName with other arguments',
  });
  t.match(api.refusal('ListTasks', { serviceName: 's' }), {
    code: 'ServiceNotFoundException',
    message: 'Service not found.',
  });
  t.end();
});

t.test('ListTasks gives every task exactly once, in any page size', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 26 }), (count, maxResults) => {
      const api = prepare();
      const arns = Array.from({ length: count }, () => run(api));
      const listed: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = api.call('ListTasks', { maxResults, nextToken });
        listed.push(...(page.taskArns ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      t.strictSame(listed, arns.toSorted());
    }),
    { numRuns: 20 },
  );
  t.end();
});

t.test(
  'a cluster counts its tasks by lastStatus while they are desired to run, by launch type in STATISTICS',
  (t) => {
    const api = prepare();
    const arns = [run(api), run(api), run(api, { launchType: 'EXTERNAL' })];
    const first = api.store.tasks.get(arns[0]!)!;
    api.store.tasks.put({ ...first, lastStatus: 'RUNNING', version: 2 });
    const describe = () => api.call('DescribeClusters', { include: ['STATISTICS'] }).clusters?.[0];
    t.match(describe(), { runningTasksCount: 1, pendingTasksCount: 2 });
    const statistics = new Map(describe()?.statistics?.map(({ name, value }) => [name, value]));
    t.equal(statistics.get('runningEC2TasksCount'), '1');
    t.equal(statistics.get('pendingEC2TasksCount'), '1');
    t.equal(statistics.get('pendingExternalTasksCount'), '1');
    // Source: recorded from ECS, September 2026: a task that is to stop is counted no more at once.
    api.call('StopTask', { task: arns[0] });
    t.match(describe(), { runningTasksCount: 0, pendingTasksCount: 2 });
    t.end();
  },
);
