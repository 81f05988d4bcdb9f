import t from 'tap';
import { effectiveDefinition } from '../../../src/model/effective-definition.ts';
import type { AwsTaskDefinition } from '../../../src/model/task-definition.ts';

const definition: AwsTaskDefinition = {
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'app',
      image: 'busybox',
      cpu: 10,
      command: ['a'],
      environment: [
        { name: 'KEPT', value: '1' },
        { name: 'CHANGED', value: '2' },
      ],
    },
    { name: 'side', image: 'busybox' },
  ],
};

t.test('nothing overridden is the same object', (t) => {
  t.equal(effectiveDefinition(definition, {}), definition);
  t.equal(effectiveDefinition(definition, { containerOverrides: [{ name: 'app' }] }), definition);
  t.end();
});

t.test('a container override replaces command and sizes and wins by name in the environment', (t) => {
  const effective = effectiveDefinition(definition, {
    containerOverrides: [
      {
        name: 'app',
        command: ['b', 'c'],
        environment: [
          { name: 'CHANGED', value: '3' },
          { name: 'NEW', value: '4' },
        ],
        cpu: 20,
        memory: 30,
        memoryReservation: 15,
      },
    ],
  });
  t.strictSame(effective.containerDefinitions?.[0], {
    name: 'app',
    image: 'busybox',
    cpu: 20,
    memory: 30,
    memoryReservation: 15,
    command: ['b', 'c'],
    environment: [
      { name: 'KEPT', value: '1' },
      { name: 'CHANGED', value: '3' },
      { name: 'NEW', value: '4' },
    ],
  });
  t.equal(
    effective.containerDefinitions?.[1],
    definition.containerDefinitions?.[1],
    'other containers are untouched',
  );
  t.end();
});

t.test('the size of the task is overridden too', (t) => {
  const effective = effectiveDefinition(definition, { cpu: '512', memory: '1024' });
  t.equal(effective.cpu, '512');
  t.equal(effective.memory, '1024');
  t.end();
});

t.test('roles, storage, devices and files are replaced', (t) => {
  const replaced = {
    taskRoleArn: 'arn:aws:iam::123456789012:role/a',
    executionRoleArn: 'arn:aws:iam::123456789012:role/b',
    ephemeralStorage: { sizeInGiB: 30 },
  };
  const container = {
    resourceRequirements: [{ type: 'GPU' as const, value: '2' }],
    environmentFiles: [{ type: 's3' as const, value: 'arn:aws:s3:::b/k' }],
  };
  const before: AwsTaskDefinition = {
    ...definition,
    taskRoleArn: 'arn:aws:iam::123456789012:role/before',
    containerDefinitions: [
      {
        name: 'app',
        image: 'busybox',
        resourceRequirements: [{ type: 'GPU', value: '1' }],
        environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/before' }],
      },
    ],
  };
  t.strictSame(
    effectiveDefinition(before, { ...replaced, containerOverrides: [{ name: 'app', ...container }] }),
    {
      ...before,
      ...replaced,
      containerDefinitions: [{ name: 'app', image: 'busybox', ...container }],
    },
  );
  t.end();
});

t.test('an empty command overrides, and the definition itself is left alone', (t) => {
  const before = structuredClone(definition);
  const effective = effectiveDefinition(definition, { containerOverrides: [{ name: 'app', command: [] }] });
  t.strictSame(effective.containerDefinitions?.[0]?.command, []);
  t.strictSame(definition, before);
  t.end();
});
