import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { awslogs, check, one, two } from '../../../../support/task-definition-cases.ts';

const api = createTestApi();
const AGENT = 'com.amazonaws.ecs.capability.';
const docker = (version: string): string => `${AGENT}docker-remote-api.${version}`;
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s';
const role = 'arn:aws:iam::123456789012:role/r';

const namesOf = (input: RegisterTaskDefinitionRequest): string[] =>
  (api.call('RegisterTaskDefinition', input).taskDefinition?.requiresAttributes ?? []).flatMap(
    ({ name }) => name ?? [],
  );

/** Source: the ECS agent's capabilities (agent_capability.go), and public answers of ECS that name them. */
const OF_CONTAINERS: readonly (readonly [Partial<ContainerDefinition>, ...string[]])[] = [
  [{ privileged: true }, `${AGENT}privileged-container`],
  [{ dockerLabels: { a: 'b' } }, docker('1.18')],
  [{ ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 1 }], dockerLabels: {} }, docker('1.18')],
  [{ memoryReservation: 1 }, docker('1.21')],
  [{ linuxParameters: { sharedMemorySize: 1 } }, docker('1.22')],
  [{ linuxParameters: { initProcessEnabled: true } }, docker('1.25')],
  [check({}), 'ecs.capability.container-health-check', docker('1.24')],
  [check({ startPeriod: 9 }), 'ecs.capability.container-health-check', docker('1.24'), docker('1.29')],
  [awslogs({ 'awslogs-group': 'g' }), `${AGENT}logging-driver.awslogs`, docker('1.19')],
  [{ logConfiguration: { logDriver: 'syslog' } }, `${AGENT}logging-driver.syslog`, docker('1.19')],
  [{ dependsOn: [], stopTimeout: 9 }, 'ecs.capability.container-ordering'],
  [{ portMappings: [{ containerPortRange: '80-81' }] }, 'ecs.capability.network.container-port-range'],
  [{ environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::b/k' }] }, 'ecs.capability.env-files.s3'],
  [
    { repositoryCredentials: { credentialsParameter: SECRET } },
    'ecs.capability.private-registry-authentication.secretsmanager',
  ],
  [{ restartPolicy: { enabled: true } }, 'ecs.capability.container-restart-policy'],
  [{ dockerLabels: {}, ulimits: [], dependsOn: [], portMappings: [{ containerPort: 80 }] }],
];

for (const [container, ...names] of OF_CONTAINERS) {
  t.test(`a container with ${JSON.stringify(container)} needs ${names.join(' and ') || 'nothing'}`, (t) => {
    t.strictSame(namesOf(one(container)).sort(), names.toSorted());
    t.end();
  });
}

const mounted = { mountPoints: [{ sourceVolume: 'v', containerPath: '/v' }] };
const OF_TASKS: readonly (readonly [Partial<RegisterTaskDefinitionRequest>, ...string[]])[] = [
  [{ networkMode: 'host', taskRoleArn: role }, `${AGENT}task-iam-role-network-host`],
  [{ taskRoleArn: role }, `${AGENT}task-iam-role`],
  [{ pidMode: 'task' }, 'ecs.capability.pid-ipc-namespace-sharing'],
  [{ memory: '512' }, 'ecs.capability.task-cpu-mem-limit'],
  [{ enableFaultInjection: true }, 'ecs.capability.fault-injection'],
  [
    { volumes: [{ name: 'v', dockerVolumeConfiguration: { driver: 'rexray/ebs' } }] },
    'ecs.capability.docker-plugin.rexray/ebs',
    docker('1.25'),
  ],
  [
    { volumes: [{ name: 'v', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: {} } }] },
    'ecs.capability.efs',
    'ecs.capability.efsAuth',
    docker('1.25'),
  ],
  [
    {
      volumes: [
        {
          name: 'v',
          fsxWindowsFileServerVolumeConfiguration: {
            fileSystemId: 'fs-1',
            rootDirectory: 'x',
            authorizationConfig: { credentialsParameter: SECRET, domain: 'd' },
          },
        },
      ],
    },
    'ecs.capability.fsxWindowsFileServer',
  ],
  [{ volumes: [{ name: 'v', configuredAtLaunch: true }] }, 'ecs.capability.storage.ebs-task-volume-attach'],
];

for (const [task, ...names] of OF_TASKS) {
  t.test(`a task with ${JSON.stringify(task)} needs ${names.join(' and ')}`, (t) => {
    const mount = task.volumes ? [docker('1.17')] : [];
    t.strictSame(namesOf(one(task.volumes ? mounted : {}, task)).sort(), [...names, ...mount].sort());
    t.end();
  });
}

t.test('FireLens needs its router and where its configuration is', (t) => {
  const options = { 'config-file-type': 'file', 'config-file-value': '/x.conf' };
  const names = namesOf(
    two(
      { firelensConfiguration: { type: 'fluentd', options } },
      { logConfiguration: { logDriver: 'awsfirelens' } },
    ),
  );
  for (const name of [
    'ecs.capability.firelens.fluentd',
    'ecs.capability.firelens.options.config.file',
    `${AGENT}logging-driver.awsfirelens`,
  ])
    t.ok(names.includes(name), name);
  t.end();
});
