import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { CONTAINER, createTestApi } from '../../../../support/ecs-api.ts';
import { awslogs, fargate, testRefusals, type Case } from '../../../../support/task-definition-cases.ts';

testRefusals([
  {
    rule: 'stopTimeout above 120 on Fargate',
    source: 'emulator',
    input: fargate({}, { stopTimeout: 121 }),
    message:
      'Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.',
  },
  {
    rule: 'Fargate on bridge',
    source: '2026',
    input: { family: 'f', requiresCompatibilities: ['FARGATE'], containerDefinitions: [CONTAINER] },
    message: 'Fargate only supports network mode ‘awsvpc’.',
  },
  {
    rule: 'Fargate without cpu',
    source: '2026',
    input: {
      family: 'f',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      memory: '512',
      containerDefinitions: [CONTAINER],
    },
    message: "Fargate requires that 'cpu' be defined at the task level.",
  },
  {
    rule: 'Fargate without memory',
    source: '2026',
    input: {
      family: 'f',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      containerDefinitions: [CONTAINER],
    },
    message: "Fargate requires that 'memory' be defined at the task level.",
  },
  {
    rule: 'no such Fargate size',
    source: 'issues',
    input: fargate({ cpu: '1024', memory: '1024' }),
    message:
      'No Fargate configuration exists for given values: 1024 CPU, 1024 memory. See the Amazon ECS documentation for the valid values.',
  },
  {
    rule: 'Fargate privileged',
    source: '2026',
    input: fargate({}, { privileged: true }),
    message: 'Fargate requires that the ‘privileged’ setting be ‘false’ at the container level.',
  },
  {
    rule: 'Fargate host path',
    source: '2026',
    input: fargate({ volumes: [{ name: 'v', host: { sourcePath: '/x' } }] }),
    message: 'Fargate compatible task definitions do not support sourcePath',
  },
  {
    rule: 'Fargate docker volume',
    source: '2026',
    input: fargate({ volumes: [{ name: 'v', dockerVolumeConfiguration: {} }] }),
    message: 'Fargate compatible task definitions do not support dockerVolumeConfiguration',
  },
  {
    rule: 'Fargate ipcMode',
    source: '2026',
    input: fargate({ ipcMode: 'task' }),
    message: 'Fargate compatible task definitions do not support ipcMode',
  },
  {
    rule: 'Fargate constraints',
    source: '2026',
    input: fargate({ placementConstraints: [{ type: 'memberOf' }] }),
    message: 'Fargate compatible task definitions do not support constraints',
  },
  {
    rule: 'Fargate pidMode host',
    source: '2026',
    input: fargate({ pidMode: 'host' }),
    message:
      "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
  },
  ...(
    [
      ['devices', { linuxParameters: { devices: [{ hostPath: '/dev/fuse' }] } }],
      ['sharedMemorySize', { linuxParameters: { sharedMemorySize: 64 } }],
      ['maxSwap', { linuxParameters: { maxSwap: 0 } }],
      ['swappiness', { linuxParameters: { swappiness: 10 } }],
      ['dockerSecurityOptions', { dockerSecurityOptions: ['no-new-privileges'] }],
    ] as const satisfies [string, Partial<ContainerDefinition>][]
  ).map(([member, container]): Case => ({
    rule: `Fargate ${member}`,
    source: member === 'swappiness' ? 'ours' : '2026',
    input: fargate({}, container),
    message: `Fargate compatible task definitions do not support ${member}`,
  })),
  {
    rule: 'Fargate GPU',
    source: '2026',
    input: fargate({}, { resourceRequirements: [{ type: 'GPU', value: '1' }] }),
    message: 'Tasks using the Fargate launch type do not support GPU resource requirements.',
  },
  {
    rule: 'Fargate FSx',
    source: 'ours',
    input: fargate({
      volumes: [
        {
          name: 'v',
          fsxWindowsFileServerVolumeConfiguration: {
            fileSystemId: 'fs-1',
            rootDirectory: 'share',
            authorizationConfig: { credentialsParameter: 'c', domain: 'd' },
          },
        },
      ],
    }),
    message: 'Fargate compatible task definitions do not support fsxWindowsFileServerVolumeConfiguration',
  },
  {
    rule: 'Windows with half a vCPU on Fargate',
    source: '2026',
    input: fargate({
      cpu: '512',
      memory: '2048',
      runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
    }),
    message:
      'No Fargate configuration exists for given values: 512 CPU, 2048 memory. See the Amazon ECS documentation for the valid values.',
  },
  {
    rule: 'Fargate capability',
    source: '2026',
    input: fargate({}, { linuxParameters: { capabilities: { add: ['NET_ADMIN'] } } }),
    message: 'NET_ADMIN is not allowed on Fargate.',
  },
  {
    rule: 'Fargate log driver',
    source: '2026',
    input: fargate({}, { logConfiguration: { logDriver: 'json-file' } }),
    message: 'json-file is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]',
  },
  {
    rule: 'Fargate awslogs without prefix',
    source: '2026',
    input: fargate({}, awslogs({ 'awslogs-group': 'g' })),
    message:
      'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
  },
  {
    rule: 'Fargate awslogs without execution role',
    source: '2026',
    input: fargate({}, awslogs({ 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' })),
    message: 'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
  },
  {
    rule: 'Fargate ECR without execution role',
    source: 'issues',
    input: fargate({}, { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1' }),
    message: 'Fargate requires task definition to have execution role ARN to support ECR images.',
  },
]);

t.test('Fargate sizes are the ones of the developer guide', (t) => {
  const api = createTestApi();
  const sizes = [
    [256, [512, 1024, 2048], [256, 3072]],
    [512, [1024, 4096], [512, 5120]],
    [1024, [2048, 8192], [1024, 9216]],
    [2048, [4096, 16384], [3072, 17408]],
    [4096, [8192, 30720], [7168, 31744]],
    [8192, [16384, 20480, 61440], [17408, 65536]],
    [16384, [32768, 40960, 122880], [36864, 131072]],
  ] as const;
  for (const [cpu, good, bad] of sizes) {
    for (const memory of good) {
      t.ok(
        api.call('RegisterTaskDefinition', fargate({ cpu: String(cpu), memory: String(memory) })),
        `${cpu}, ${memory}`,
      );
    }
    for (const memory of bad) {
      t.match(
        api.refusal('RegisterTaskDefinition', fargate({ cpu: String(cpu), memory: String(memory) })).message,
        `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`,
      );
    }
  }
  t.end();
});
