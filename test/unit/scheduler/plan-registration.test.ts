import t from 'tap';
import { containerInstanceArn, taskArn, taskDefinitionArn } from '../../../src/model/arn.ts';
import type { Registration } from '../../../src/model/registration.ts';
import type { Task } from '../../../src/model/task.ts';
import { planRegistration, type RegistrationView } from '../../../src/scheduler/plan-registration.ts';
import { createServiceWorld } from '../../support/service-world.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const registryArn = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1';
const id = 'a'.repeat(32);
const awsvpc = { networkMode: 'awsvpc' } as const;

const RUNNING: Task = {
  scope,
  arn: taskArn(scope, 'c', id),
  id,
  clusterName: 'c',
  taskDefinitionArn: taskDefinitionArn(scope, 'f', 1),
  family: 'f',
  revision: 1,
  group: 'service:s',
  startedBy: 'ecs-svc/1',
  enableExecuteCommand: false,
  overrides: {},
  tags: [],
  version: 1,
  desiredStatus: 'RUNNING',
  lastStatus: 'RUNNING',
  healthStatus: 'UNKNOWN',
  containers: [],
  networkInterface: {
    attachmentId: 'a',
    id: 'eni-1',
    address: { privateIpv4Address: '172.18.0.5', privateDnsName: 'x' },
  },
  createdAt: new Date(0),
};
const HELD: Registration = { scope, taskArn: RUNNING.arn, registryArn, instanceId: id };

function view(
  more: Partial<RegistrationView> = {},
  registry: object = {},
  hasHealthCheck = false,
): RegistrationView {
  const { service } = createServiceWorld({ hasHealthCheck });
  const deployments = service.deployments.map((one) => ({
    ...one,
    revision: { ...one.revision, serviceRegistries: [{ registryArn, ...registry }] },
  }));
  return {
    task: RUNNING,
    service: { ...service, deployments },
    definition: awsvpc,
    held: undefined,
    isConfirmed: false,
    hostAddress: '172.18.0.1',
    ...more,
  };
}

t.test('a running task is registered with what ECS tells of it', (t) => {
  t.strictSame(planRegistration(view()), {
    kind: 'register',
    registryArn,
    attributes: {
      AWS_INSTANCE_IPV4: '172.18.0.5',
      AVAILABILITY_ZONE: 'us-east-1a',
      REGION: 'us-east-1',
      ECS_SERVICE_NAME: 's',
      ECS_CLUSTER_NAME: 'c',
      ECS_TASK_DEFINITION_FAMILY: 'f',
    },
  });
  const containerInstance = containerInstanceArn(scope, 'c', `0000${'b'.repeat(28)}`);
  const onEc2 = { ...RUNNING, containerInstanceArn: containerInstance };
  t.match(planRegistration(view({ task: onEc2 }, { port: 8080 })), {
    attributes: { AWS_INSTANCE_PORT: '8080', EC2_INSTANCE_ID: `i-${'b'.repeat(17)}` },
  });
  t.match(planRegistration(view({}, { containerName: 'app', containerPort: 80 })), {
    attributes: { AWS_INSTANCE_PORT: '80' },
  });
  t.end();
});

t.test('in the modes bridge and host it has the address and the port of its machine', (t) => {
  const registry = { containerName: 'app', containerPort: 80 };
  const container = { ...RUNNING.containers[0], name: 'app', networkBindings: [] };
  const task = { ...RUNNING, containers: [container] } as unknown as Task;
  const more = { task, definition: { networkMode: 'bridge' } } as const;
  t.equal(planRegistration(view(more, registry)), undefined, 'the engine has not shown the port yet');
  const networkBindings = [{ containerPort: 80, hostPort: 49153 }];
  const bound = { ...task, containers: [{ ...container, networkBindings }] } as unknown as Task;
  t.match(planRegistration(view({ ...more, task: bound }, registry)), {
    attributes: { AWS_INSTANCE_IPV4: '172.18.0.1', AWS_INSTANCE_PORT: '49153' },
  });
  t.end();
});

t.test('what cannot answer yet is not registered, and what can no more is taken out', (t) => {
  const leaves = (task: Task | undefined) => planRegistration(view({ task, held: HELD, isConfirmed: true }));
  const cases: readonly (readonly [Partial<Task>, string])[] = [
    [{ desiredStatus: 'STOPPED' }, 'the task is to stop'],
    [{ lastStatus: 'DEPROVISIONING' }, 'the task is DEPROVISIONING'],
    [{ healthStatus: 'UNHEALTHY' }, 'the task is UNHEALTHY'],
  ];
  for (const [more, cause] of cases) {
    t.strictSame(leaves({ ...RUNNING, ...more }), { kind: 'deregister', cause });
    t.equal(planRegistration(view({ task: { ...RUNNING, ...more } })), undefined);
  }
  t.strictSame(leaves(undefined), { kind: 'deregister', cause: 'the task is forgotten' });
  t.equal(planRegistration(view({ task: undefined })), undefined);
  const { networkInterface: _none, ...withoutAddress } = RUNNING;
  t.equal(planRegistration(view({ task: withoutAddress })), undefined);
  t.end();
});

t.test(
  'with a health check a task is registered once it is HEALTHY, and stays while nothing is known',
  (t) => {
    t.equal(planRegistration(view({}, {}, true)), undefined);
    const healthy: Task = { ...RUNNING, healthStatus: 'HEALTHY' };
    t.match(planRegistration(view({ task: healthy }, {}, true)), { kind: 'register' });
    t.equal(planRegistration(view({ held: HELD, isConfirmed: true }, {}, true)), undefined);
    t.end();
  },
);

t.test('each life of the sidecar registers what runs once', (t) => {
  t.match(planRegistration(view({ held: HELD })), { kind: 'register' });
  t.equal(planRegistration(view({ held: HELD, isConfirmed: true })), undefined);
  t.end();
});

t.test('a task that no deployment of a registry made is not registered', (t) => {
  t.equal(planRegistration(view({ service: undefined })), undefined);
  t.equal(planRegistration(view({ task: { ...RUNNING, startedBy: 'ecs-svc/2' } })), undefined);
  t.end();
});
