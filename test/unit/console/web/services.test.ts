import t from 'tap';
import { changesOf, createInput, draftOf, EMPTY } from '../../../../src/console/web/pages/services/draft.ts';
import { previousDefinition } from '../../../../src/console/web/pages/services/previous.ts';

t.test('a new service asks for no more than was chosen', (t) => {
  const draft = { ...EMPTY, name: 'web', taskDefinition: 'web:3' };
  const plain = { cluster: 'default', serviceName: 'web', taskDefinition: 'web:3', desiredCount: 1 };
  t.same(createInput(draft, false), plain);
  t.same(createInput({ ...draft, compute: 'FARGATE' }, false), { ...plain, launchType: 'FARGATE' });
  const strategy = [{ capacityProvider: 'spot', base: 0, weight: 1 }];
  t.same(createInput({ ...draft, compute: 'EC2', strategy }, false), { ...plain, launchType: 'EC2' });
  t.same(createInput({ ...draft, compute: 'strategy', strategy }, false), {
    ...plain,
    capacityProviderStrategy: strategy,
  });
  t.same(createInput({ ...draft, breaks: true }, false), {
    ...plain,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
  });
  const typed = {
    ...draft,
    subnets: ' subnet-1,subnet-2 ',
    securityGroups: 'sg-1 sg-2',
    assignsPublicIp: true,
  };
  t.same(createInput(typed, false), plain, 'no network outside of awsvpc');
  t.same(createInput(typed, true), {
    ...plain,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-1', 'subnet-2'],
        securityGroups: ['sg-1', 'sg-2'],
        assignPublicIp: 'ENABLED',
      },
    },
  });
  for (const desiredCount of ['', '1.5', '-1', '1e3'])
    t.throws(() => createInput({ ...draft, desiredCount }, false), /whole number/, desiredCount);
  t.end();
});

t.test('a new daemon has no count; strategies and their numbers are those that were chosen', (t) => {
  const draft = { ...EMPTY, name: 'web', taskDefinition: 'web:3' };
  t.same(createInput({ ...draft, schedulingStrategy: 'DAEMON' }, false), {
    cluster: 'default',
    serviceName: 'web',
    taskDefinition: 'web:3',
    schedulingStrategy: 'DAEMON',
  });
  const deploymentOf = (change: Partial<typeof EMPTY>) =>
    createInput({ ...draft, ...change }, false).deploymentConfiguration;
  t.same(deploymentOf({ minimumHealthyPercent: '50', maximumPercent: '150' }), {
    minimumHealthyPercent: 50,
    maximumPercent: 150,
  });
  t.same(deploymentOf({ deploymentStrategy: 'BLUE_GREEN', bakeMinutes: '0', stepPercent: '20' }), {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 0,
  });
  t.same(deploymentOf({ deploymentStrategy: 'LINEAR', stepPercent: '20', stepBakeMinutes: '1' }), {
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 1 },
  });
  t.same(deploymentOf({ deploymentStrategy: 'CANARY', canaryPercent: '2.5', canaryBakeMinutes: '1' }), {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 2.5, canaryBakeTimeInMinutes: 1 },
  });
  t.throws(() => deploymentOf({ maximumPercent: 'x' }), /whole number/);
  t.end();
});

t.test('a new service is reached as was chosen', (t) => {
  const loadBalancers = [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }];
  const registries = [{ registryArn: 'arn:sd' }];
  const connectServices = [{ portName: 'http' }];
  const draft = { ...EMPTY, loadBalancers, registries, connectServices, graceSeconds: '30' };
  const {
    cluster: _,
    desiredCount: __,
    serviceName: ___,
    taskDefinition: ____,
    ...rest
  } = createInput({ ...draft, connect: { enabled: true, namespace: '' } }, false);
  t.same(rest, {
    loadBalancers,
    serviceRegistries: registries,
    healthCheckGracePeriodSeconds: 30,
    serviceConnectConfiguration: { enabled: true, services: connectServices },
  });
  t.equal(createInput(draft, false).serviceConnectConfiguration, undefined, 'not used, not said');
  t.end();
});

t.test('an update says only what differs', (t) => {
  const connect = { enabled: true, namespace: 'inner', services: [{ portName: 'http', timeout: {} }] };
  const before = draftOf({
    taskDefinition: 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:3',
    desiredCount: 2,
    launchType: 'EC2',
    loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }],
    deploymentConfiguration: {
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    deployments: [{ serviceConnectConfiguration: connect }],
  });
  t.equal(changesOf(before, before, false), undefined);
  const changes = (change: Partial<typeof before>) => changesOf(before, { ...before, ...change }, false);
  t.equal(changes({ tags: [{ key: 'a', value: 'b' }] }), undefined, 'tags are apart');
  t.same(changes({ desiredCount: '0' }), { desiredCount: 0 });
  t.same(changes({ taskDefinition: 'web:4' }), { taskDefinition: 'web:4' });
  t.same(changes({ forces: true }), { forceNewDeployment: true });
  t.same(changes({ breaks: false }), {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
  });
  t.equal(changes({ maximumPercent: '' }), undefined, 'what is left empty stays');
  const strategy = [{ capacityProvider: 'spot', base: 0, weight: 1 }];
  t.same(changes({ compute: 'strategy', strategy }), { capacityProviderStrategy: strategy });
  t.same(changes({ loadBalancers: [] }), { loadBalancers: [] }, 'the last one is taken away');
  t.same(changes({ connect: { ...connect, namespace: 'outer' } }), {
    serviceConnectConfiguration: { ...connect, namespace: 'outer' },
  });
  t.same(changes({ connect: { ...connect, enabled: false } }), {
    serviceConnectConfiguration: { enabled: false },
  });
  t.end();
});

t.test('the revision before is what was complete last and is not the present one', (t) => {
  const of = (status: 'IN_PROGRESS' | 'ROLLBACK_SUCCESSFUL' | 'SUCCESSFUL', taskDefinition?: string) => ({
    status,
    taskDefinition,
  });
  t.equal(previousDefinition('web:1', []), undefined);
  t.equal(previousDefinition('web:1', [of('SUCCESSFUL', 'web:1')]), undefined);
  t.equal(
    previousDefinition('web:2', [
      of('ROLLBACK_SUCCESSFUL', 'web:3'),
      of('SUCCESSFUL', 'web:2'),
      of('SUCCESSFUL'),
      of('SUCCESSFUL', 'web:1'),
      of('SUCCESSFUL', 'web:0'),
    ]),
    'web:1',
  );
  t.equal(previousDefinition('web:3', [of('IN_PROGRESS', 'web:3'), of('SUCCESSFUL', 'web:2')]), 'web:2');
  t.end();
});
