import t from 'tap';
import { EMPTY, NO_OVERRIDE, runInput } from '../../../../src/console/web/pages/tasks/run-input.ts';

const draft = {
  ...EMPTY,
  taskDefinition: 'web:1',
  count: '2',
  containers: [{ ...NO_OVERRIDE, name: 'app' }],
};
const plain = { cluster: 'default', taskDefinition: 'web:1', count: 2 };

t.test('what is left empty is not asked for', (t) => {
  t.same(runInput(draft, false), plain);
  t.end();
});

t.test('launch, placement, network and tags are asked for as they were written', (t) => {
  const strategy = [{ capacityProvider: 'spot', base: 0, weight: 1 }];
  t.same(runInput({ ...draft, compute: 'EC2', strategy }, false), { ...plain, launchType: 'EC2' });
  t.same(
    runInput(
      {
        ...draft,
        compute: 'strategy',
        strategy,
        subnets: 'subnet-1, subnet-2',
        securityGroups: 'sg-1',
        assignsPublicIp: true,
        placementConstraints: [
          { type: 'memberOf', expression: 'a == b' },
          { type: 'distinctInstance', expression: 'of the rule before' },
        ],
        placementStrategy: [
          { type: 'binpack', field: 'memory' },
          { type: 'random', field: 'memory' },
        ],
        group: 'g',
        startedBy: 'me',
        allowsExec: true,
        managesTags: true,
        propagateTags: 'TASK_DEFINITION',
        tags: [{ key: 'k', value: 'v' }],
      },
      true,
    ),
    {
      ...{ ...plain, capacityProviderStrategy: strategy, group: 'g', startedBy: 'me' },
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: ['sg-1'],
          assignPublicIp: 'ENABLED',
        },
      },
      placementConstraints: [{ type: 'memberOf', expression: 'a == b' }, { type: 'distinctInstance' }],
      placementStrategy: [{ type: 'binpack', field: 'memory' }, { type: 'random' }],
      enableExecuteCommand: true,
      enableECSManagedTags: true,
      propagateTags: 'TASK_DEFINITION',
      tags: [{ key: 'k', value: 'v' }],
    },
  );
  t.same(runInput({ ...draft, subnets: 'subnet-1' }, false), plain, 'no network outside of awsvpc');
  t.end();
});

t.test('the task and its containers are overridden by what was written', (t) => {
  const app = {
    name: 'app',
    command: '["echo", "a b"]',
    environment: 'A=1\n\nB=x=y\nC',
    environmentFiles: 'arn:aws:s3:::b/one.env, arn:aws:s3:::b/two.env',
    cpu: '256',
    memory: '512',
    memoryReservation: '128',
  };
  const task = {
    cpu: '512',
    memory: '1 GB',
    taskRoleArn: 'arn:aws:iam::000000000000:role/task',
    executionRoleArn: '',
    ephemeralStorageGib: '30',
  };
  t.same(runInput({ ...draft, task, containers: [app, { ...NO_OVERRIDE, name: 'side' }] }, false).overrides, {
    cpu: '512',
    memory: '1 GB',
    taskRoleArn: 'arn:aws:iam::000000000000:role/task',
    ephemeralStorage: { sizeInGiB: 30 },
    containerOverrides: [
      {
        name: 'app',
        command: ['echo', 'a b'],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: 'x=y' },
          { name: 'C', value: '' },
        ],
        environmentFiles: [
          { value: 'arn:aws:s3:::b/one.env', type: 's3' },
          { value: 'arn:aws:s3:::b/two.env', type: 's3' },
        ],
        cpu: 256,
        memory: 512,
        memoryReservation: 128,
      },
    ],
  });
  t.end();
});

t.test(
  'a command that is no list of strings, and a size that is no number, are told before anything is asked',
  (t) => {
    const withOverride = (change: Partial<typeof NO_OVERRIDE>) => () =>
      runInput({ ...draft, containers: [{ ...NO_OVERRIDE, name: 'app', ...change }] }, false);
    for (const command of ['echo', '"echo"', '[1]', '{}']) t.throws(withOverride({ command }), /JSON list/);
    t.throws(withOverride({ memory: '1.5' }), /The memory limit of app is a whole number/);
    t.throws(() => runInput({ ...draft, count: 'two' }, false), /whole number/);
    t.end();
  },
);
