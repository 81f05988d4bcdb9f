import { CONTAINER } from '../../../../support/ecs-api.ts';
import {
  check,
  fargate,
  one,
  two,
  testRefusals,
  type Case,
} from '../../../../support/task-definition-cases.ts';

testRefusals([
  {
    rule: 'a family is needed',
    source: 'issues',
    input: one({}, { family: '' }),
    message: 'Family can not be blank.',
  },
  {
    rule: 'a family has no slash',
    source: 'issues',
    input: one({}, { family: '../x' }),
    message: 'Family contains invalid characters.',
  },
  {
    rule: 'a family has at most 255 characters',
    source: 'issues',
    input: one({}, { family: 'x'.repeat(256) }),
    message: 'Family contains invalid characters.',
  },
  {
    rule: 'a container is needed',
    source: '2026',
    input: { family: 'f', containerDefinitions: [] },
    message: 'Container list cannot be empty.',
  },
  {
    rule: 'at most ten containers',
    source: 'issues',
    input: {
      family: 'f',
      containerDefinitions: Array.from({ length: 11 }, (_, i) => ({ ...CONTAINER, name: `c${i}` })),
    },
    message: 'Too many containers.',
  },
  {
    rule: 'a container name is needed',
    source: 'issues',
    input: one({ name: '' }),
    message: 'Container.name should not be null or empty.',
  },
  {
    rule: 'a container name has no slash',
    source: 'issues',
    input: one({ name: 'a/b' }),
    message: 'Container.name contains invalid characters.',
  },
  {
    rule: 'an image is needed',
    source: 'issues',
    input: one({ image: '' }),
    message: 'Container.image should not be null or empty.',
  },
  {
    rule: 'container names are unique',
    source: '2026',
    input: two({}, { name: 'app' }),
    message: 'Container names must be unique within a task definition',
  },
  {
    rule: 'one container is essential',
    source: '2026',
    input: one({ essential: false }),
    message: "Task definition doesn't have any essential container",
  },
  {
    rule: 'memory is needed somewhere',
    source: '2026',
    input: { family: 'f', containerDefinitions: [{ name: 'X', image: 'i' }] },
    message:
      "Invalid setting for container 'X'. At least one of 'memory' or 'memoryReservation' must be specified.",
  },
  {
    rule: 'a missing memory is told before anything of Fargate',
    source: '2026',
    input: {
      family: 'f',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ name: 'X', image: 'i' }],
    },
    message:
      "Invalid setting for container 'X'. At least one of 'memory' or 'memoryReservation' must be specified.",
  },
  {
    rule: 'memory is more than 0',
    source: 'issues',
    input: one({ memory: 0 }),
    message: "Invalid 'memory' setting for container 'app'.",
  },
  {
    rule: 'memory is not less than memoryReservation',
    source: '2026',
    input: one({ memory: 10, memoryReservation: 20 }),
    message:
      "Invalid setting for container 'app'. 'memory' must be greater than or equal to 'memoryReservation'",
  },
  {
    rule: 'cpu is not negative',
    source: 'ours',
    input: one({ cpu: -1 }),
    message: "Invalid 'cpu' setting for container 'app'.",
  },
  {
    rule: "a container's memory is within the task's",
    source: '2026',
    input: one({ memory: 513 }, { memory: '512' }),
    message: "The 'memory' setting for container 'app' is greater than for the task.",
  },
  {
    rule: "the containers' cpu is within the task's",
    source: '2026',
    input: { ...two({ cpu: 200 }, { cpu: 57 }), cpu: '256' },
    message: "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
  },
  {
    rule: 'the task cpu is a number',
    source: 'issues',
    input: one({}, { cpu: 'much' }),
    message: "Invalid 'cpu' setting for task.",
  },
  {
    rule: 'the task cpu is at least 128',
    source: 'issues',
    input: one({}, { cpu: '127' }),
    message: "Invalid 'cpu' setting for task.",
  },
  {
    rule: 'the task memory is a number',
    source: 'ours',
    input: one({}, { memory: 'much' }),
    message: "Invalid 'memory' setting for task.",
  },
  {
    rule: 'a mounted volume exists',
    source: '2026',
    input: one({ mountPoints: [{ sourceVolume: 'nope', containerPath: '/x' }] }),
    message: "Unknown volume 'nope'.",
  },
  {
    rule: 'a mount point names its volume',
    source: 'issues',
    input: one({ mountPoints: [{ containerPath: '/x' }] }, { volumes: [{ name: 'v' }] }),
    message: "Unknown volume 'null'.",
  },
  {
    rule: 'a volume name is plain',
    source: 'issues',
    input: one({}, { volumes: [{ name: 'a/b' }] }),
    message: 'volume.name contains invalid characters.',
  },
  {
    rule: 'a dependency exists',
    source: '2026',
    input: one({ dependsOn: [{ containerName: 'nope', condition: 'START' }] }),
    message: "Cannot depend on container + 'nope' because it does not exist",
  },
  {
    rule: 'COMPLETE of an essential container',
    source: '2026',
    input: two({ dependsOn: [{ containerName: 'db', condition: 'COMPLETE' }] }, {}),
    message: 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
  },
  {
    rule: 'SUCCESS of an essential container',
    source: '2026',
    input: two({ dependsOn: [{ containerName: 'db', condition: 'SUCCESS' }] }, { essential: true }),
    message: 'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
  },
  {
    rule: 'HEALTHY without a health check',
    source: '2026',
    input: two({ dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }] }, {}),
    message: 'A dependency container with HEALTHY condition must have health check configured',
  },
  {
    rule: 'a cycle of dependencies',
    source: 'emulator',
    input: two(
      { dependsOn: [{ containerName: 'db', condition: 'START' }] },
      { dependsOn: [{ containerName: 'app', condition: 'START' }] },
    ),
    message: 'Container dependsOn contains a cycle',
  },
  {
    rule: 'awsvpc ports differ',
    source: '2026',
    input: one({ portMappings: [{ containerPort: 80, hostPort: 81 }] }, { networkMode: 'awsvpc' }),
    message: 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
  },
  {
    rule: 'host ports differ',
    source: 'issues',
    input: one({ portMappings: [{ containerPort: 80, hostPort: 81 }] }, { networkMode: 'host' }),
    message: 'When networkMode=host, the host ports and container ports in port mappings must match.',
  },
  {
    rule: 'a port twice with awsvpc',
    source: '2026',
    input: {
      ...two({ portMappings: [{ containerPort: 8085 }] }, { portMappings: [{ containerPort: 8085 }] }),
      networkMode: 'awsvpc',
    },
    message: "TCP container port '8085' is used multiple times in task when networkMode=awsvpc.",
  },
  {
    rule: 'a port name twice with awsvpc',
    source: '2026',
    input: one(
      {
        portMappings: [
          { name: 'web', containerPort: 1 },
          { name: 'web', containerPort: 2 },
        ],
      },
      { networkMode: 'awsvpc' },
    ),
    message: 'When networkMode=awsvpc, port mapping name is already used',
  },
  {
    rule: 'a port range that is none',
    source: '2026',
    input: one({ portMappings: [{ containerPortRange: '90-80' }] }),
    message: "Invalid 'containerPortRange' setting for container 'app'.",
  },
  {
    rule: 'a port and a range',
    source: '2026',
    input: one({ portMappings: [{ containerPort: 1, containerPortRange: '80-90' }] }),
    message: "Invalid port mapping for container 'app', cannot specify both single port and port range.",
  },
  {
    rule: 'a port above 65535',
    source: 'ours',
    input: one({ portMappings: [{ containerPort: 65536 }] }),
    message: "Invalid 'containerPort' setting for container 'app'.",
  },
  {
    rule: 'a host port above 65535',
    source: 'ours',
    input: one({ portMappings: [{ containerPort: 1, hostPort: 65536 }] }),
    message: "Invalid 'hostPort' setting for container 'app'.",
  },
  {
    rule: 'a port name begins with no dash',
    source: 'ours',
    input: one({ portMappings: [{ containerPort: 1, name: '-web' }] }),
    message: "Invalid port mapping name for container 'app'.",
  },
  ...(
    [
      ['interval', 301, 300],
      ['timeout', 61, 60],
      ['retries', 11, 10],
      ['startPeriod', 301, 300],
    ] as const
  ).map(([member, value, max]): Case => ({
    rule: `health check ${member} at most ${max}`,
    source: '2026',
    input: one(check({ [member]: value })),
    message: `Health check ${member} must be less than or equal to the maximum allowed value ${max} for container 'app'`,
  })),
  {
    rule: 'health check interval at least 5',
    source: 'ours',
    input: one(check({ interval: 4 })),
    message:
      "Health check interval must be greater than or equal to the minimum allowed value 5 for container 'app'",
  },
  ...([-1, 0, 1] as const).flatMap((seconds): Case[] => [
    {
      rule: `startTimeout ${seconds}`,
      source: 'ours',
      input: one({ startTimeout: seconds }),
      message: "The 'startTimeout' setting for container 'app' must be at least 2.",
    },
    {
      rule: `stopTimeout ${seconds}`,
      source: 'ours',
      input: one({ stopTimeout: seconds }),
      message: "The 'stopTimeout' setting for container 'app' must be at least 2.",
    },
  ]),
  {
    rule: 'restartAttemptPeriod',
    source: '2026',
    input: one({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } }),
    message: "The 'restartAttemptPeriod' setting for container 'app' must be between 60 and 1800.",
  },
  {
    rule: 'at most 50 ignoredExitCodes',
    source: 'ours',
    input: one({
      restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_, i) => i) },
    }),
    message: 'ignoredExitCodes can have at most 50 items.',
  },
  {
    rule: 'ephemeral storage at least 21',
    source: '2026',
    input: fargate({ ephemeralStorage: { sizeInGiB: 20 } }),
    message: 'EphemeralStorage size should be at least 21',
  },
  {
    rule: 'ephemeral storage at most 200',
    source: '2026',
    input: fargate({ ephemeralStorage: { sizeInGiB: 201 } }),
    message: 'EphemeralStorage size should be at most 200',
  },
  {
    rule: 'at most ten placement constraints',
    source: 'ours',
    input: one(
      {},
      { placementConstraints: Array.from({ length: 11 }, () => ({ type: 'memberOf' as const })) },
    ),
    message: 'placementConstraints can have at most 10 items.',
  },
  {
    rule: 'awsfirelens needs a router',
    source: '2026',
    input: one({ logConfiguration: { logDriver: 'awsfirelens' } }),
    message:
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
  },
  {
    rule: 'an environment file is an ARN',
    source: '2026',
    input: one({ environmentFiles: [{ type: 's3', value: 's3://x' }] }),
    message: 'Invalid arn syntax.',
  },
  {
    rule: 'at most ten environment files',
    source: '2026',
    input: one({
      environmentFiles: Array.from({ length: 11 }, () => ({
        type: 's3' as const,
        value: 'arn:aws:s3:::b/f.env',
      })),
    }),
    message: 'The maximum number of environment files was exceeded. Specify ten or less and try again.',
  },
  {
    rule: "another account's parameter",
    source: '2026',
    input: one({ secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:eu-west-1:999999999999:parameter/p' }] }),
    message:
      'The Systems Manager parameter ARN has a different account ID than the current account. The current account ID is 123456789012 and the ARN account ID is 999999999999. Cross-account access for ARNs is not currently supported.',
  },
  {
    rule: 'a task role has a name of roles',
    source: 'issues',
    input: one({}, { taskRoleArn: 'a b' }),
    message: 'Role is not valid',
  },
  {
    rule: 'an execution role is a role',
    source: 'issues',
    input: one({}, { executionRoleArn: 'arn:aws:iam::123456789012:user/u' }),
    message: 'Role is not valid',
  },
  {
    rule: 'hostname with awsvpc',
    source: '2026',
    input: one({ hostname: 'h' }, { networkMode: 'awsvpc' }),
    message: 'hostname is not supported on container when networkMode=awsvpc.',
  },
  {
    rule: 'extra hosts with awsvpc',
    source: '2026',
    input: one({ extraHosts: [{ hostname: 'h', ipAddress: '1.2.3.4' }] }, { networkMode: 'awsvpc' }),
    message: 'Extra hosts are not supported on container when networkMode=awsvpc.',
  },
  {
    rule: 'DNS servers with awsvpc',
    source: '2026',
    input: one({ dnsServers: ['1.1.1.1'] }, { networkMode: 'awsvpc' }),
    message: 'DNS servers are not supported on container when networkMode=awsvpc.',
  },
  {
    rule: 'links with awsvpc',
    source: '2026',
    input: one({ links: ['app'] }, { networkMode: 'awsvpc' }),
    message: 'Links are not supported when networkMode=awsvpc.',
  },
]);
