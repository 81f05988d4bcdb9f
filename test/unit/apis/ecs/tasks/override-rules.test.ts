import type { ContainerOverride, TaskOverride } from '@aws-sdk/client-ecs';
import t from 'tap';
import { CONTAINER, createTestApi, FARGATE_DEFINITION } from '../../../../support/ecs-api.ts';

const api = createTestApi();
const ROLE = 'arn:aws:iam::123456789012:role/mine';
api.call('RegisterTaskDefinition', {
  family: 'f',
  cpu: '256',
  memory: '512',
  executionRoleArn: ROLE,
  containerDefinitions: [
    { ...CONTAINER, cpu: 128, secrets: [{ name: 'SECRET', valueFrom: '/secret' }] },
    { name: 'side', image: 'busybox', memoryReservation: 32, essential: false },
  ],
});
api.call('RegisterTaskDefinition', FARGATE_DEFINITION);

const onEc2 = { taskDefinition: 'f' };
const onFargate = {
  taskDefinition: 'web',
  launchType: 'FARGATE' as const,
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};
const ofApp = (override: ContainerOverride): TaskOverride => ({
  containerOverrides: [{ name: 'app', ...override }],
});
const gpus = (value: string): ContainerOverride => ({ resourceRequirements: [{ type: 'GPU', value }] });

const CASES: readonly (readonly [name: string, launch: object, overrides: TaskOverride, message: string])[] =
  [
    [
      'two overrides for one container (ours)',
      onEc2,
      { containerOverrides: [{ name: 'app' }, { name: 'app' }] },
      'There are several overrides for container named app.',
    ],
    [
      'an override for nobody (GitHub issues)',
      onEc2,
      { containerOverrides: [{ command: ['x'] }] },
      'Override for container named  is not a container in the TaskDefinition.',
    ],
    ['a cpu below EC2’s least', onEc2, { cpu: '127' }, "Invalid 'cpu' setting for task."],
    ['no memory', onEc2, { memory: '0' }, "Invalid 'memory' setting for task."],
    [
      'a task role that is none (GitHub issues)',
      onEc2,
      { taskRoleArn: 'arn:aws:s3:::x' },
      'Role is not valid',
    ],
    ['an execution role that is none', onEc2, { executionRoleArn: 'not a role' }, 'Role is not valid'],
    [
      'storage beside Fargate (ECS at registration, September 2026)',
      onEc2,
      { ephemeralStorage: { sizeInGiB: 30 } },
      'Tasks using the EC2 launch type do not support EphemeralStorage.',
    ],
    [
      'little storage (September 2026)',
      onFargate,
      { ephemeralStorage: { sizeInGiB: 20 } },
      'EphemeralStorage size should be at least 21',
    ],
    [
      'much storage (September 2026)',
      onFargate,
      { ephemeralStorage: { sizeInGiB: 201 } },
      'EphemeralStorage size should be at most 200',
    ],
    [
      'an inference accelerator (ECS’s words at registration, September 2026)',
      onEc2,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is still in AWS's model.
      { inferenceAcceleratorOverrides: [{ deviceName: 'device_1', deviceType: 'eia1.medium' }] },
      "Unsupported field 'inferenceAcceleratorOverrides'.",
    ],
    [
      'a container that is larger than the task',
      onEc2,
      ofApp({ memory: 513 }),
      "The 'memory' setting for container 'app' is greater than for the task.",
    ],
    [
      'a task that is smaller than its container',
      onEc2,
      { memory: '32' },
      "The 'memory' setting for container 'app' is greater than for the task.",
    ],
    [
      'more reserved than allowed',
      onEc2,
      ofApp({ memoryReservation: 65 }),
      "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'",
    ],
    [
      'more cpu than the task has',
      onEc2,
      { containerOverrides: [{ name: 'side', cpu: 129 }] },
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    ['a cpu below 0', onEc2, ofApp({ cpu: -1 }), "Invalid 'cpu' setting for container 'app'."],
    [
      'a GPU on Fargate (September 2026)',
      onFargate,
      ofApp(gpus('1')),
      'Tasks using the Fargate launch type do not support GPU resource requirements.',
    ],
    [
      'no number of GPUs (ours)',
      onEc2,
      ofApp(gpus('some')),
      "Invalid 'resourceRequirements' setting for container 'app'.",
    ],
    [
      'eleven environment files (September 2026)',
      onEc2,
      ofApp({
        environmentFiles: Array.from({ length: 11 }, () => ({ type: 's3', value: 'arn:aws:s3:::b/k' })),
      }),
      'The maximum number of environment files was exceeded. Specify ten or less and try again.',
    ],
  ];

for (const [name, launch, overrides, message] of CASES) {
  t.test(`refused: ${name}`, (t) => {
    t.match(api.refusal('RunTask', { ...launch, overrides }), { code: 'InvalidParameterException', message });
    t.end();
  });
}

t.test('refused: a variable that is a secret of the container (ECS’s words at registration)', (t) => {
  t.match(
    api.refusal('RunTask', { ...onEc2, overrides: ofApp({ environment: [{ name: 'SECRET', value: '' }] }) }),
    {
      code: 'ClientException',
      message: /^The secret name must be unique and not shared with any new .* such as 'SECRET'\.$/,
    },
  );
  t.end();
});

t.test('what is overridden is answered, and shown where the task shows its sizes', (t) => {
  const overrides = {
    containerOverrides: [
      {
        name: 'app',
        command: ['x'],
        environment: [{ name: 'A', value: 'b' }],
        environmentFiles: [{ type: 's3' as const, value: 'arn:aws:s3:::b/k.env' }],
        cpu: 300,
        memory: 800,
        memoryReservation: 700,
      },
    ],
    cpu: '512',
    memory: '1024',
    taskRoleArn: ROLE,
    executionRoleArn: ROLE,
    ephemeralStorage: { sizeInGiB: 40 },
  };
  const { tasks } = api.call('RunTask', { ...onFargate, overrides });
  t.strictSame(tasks[0]?.overrides, { ...overrides, inferenceAcceleratorOverrides: [] });
  t.match(tasks[0], {
    cpu: '512',
    memory: '1024',
    ephemeralStorage: { sizeInGiB: 40 },
    containers: [{ name: 'app', cpu: '300', memory: '800', memoryReservation: '700' }],
  });
  const described = api.call('DescribeTasks', { tasks: [tasks[0]?.taskArn ?? ''] });
  t.strictSame(described.tasks[0]?.overrides, tasks[0]?.overrides);
  t.end();
});

t.test('all GPUs may be asked for', (t) => {
  t.match(api.call('RunTask', { ...onEc2, overrides: ofApp(gpus('ALL')) }).tasks[0]?.overrides, {
    containerOverrides: [ofApp(gpus('ALL')).containerOverrides?.[0], { name: 'side' }],
  });
  t.end();
});

t.test('8192 characters are not too many', (t) => {
  const frame = JSON.stringify(ofApp({ command: [''] })).length;
  t.equal(
    api.call('RunTask', { ...onEc2, overrides: ofApp({ command: ['x'.repeat(8192 - frame)] }) }).tasks.length,
    1,
  );
  t.match(api.refusal('RunTask', { ...onEc2, overrides: ofApp({ command: ['x'.repeat(8193 - frame)] }) }), {
    message: 'Container Overrides length must be at most 8192',
  });
  t.end();
});
