import t from 'tap';
import { serviceArn } from '../../../../../src/model/arn.ts';
import {
  CALLER,
  CONTAINER,
  createTestApi,
  FARGATE_DEFINITION,
  type EcsApi,
} from '../../../../support/ecs-api.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:';
const VPC = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

function withDefinitions(): EcsApi {
  const api = createTestApi();
  api.call('CreateCluster', { clusterName: 'c' });
  api.call('RegisterTaskDefinition', { family: 'app', containerDefinitions: [CONTAINER] });
  api.call('RegisterTaskDefinition', FARGATE_DEFINITION);
  return api;
}

const SERVICE = { cluster: 'c', serviceName: 's', taskDefinition: 'app', desiredCount: 2 };

const create = (api: EcsApi, more: object = {}) => {
  const { service } = api.call('CreateService', { ...SERVICE, ...more });
  if (!service) throw new Error('no service came back');
  return service;
};

const stored = (api: EcsApi) => {
  const service = api.store.services.get(serviceArn(CALLER, 'c', 's'));
  if (!service) throw new Error('no service is stored');
  return service;
};

/** Has the primary deployment completed, as the scheduler does it. */
function complete(api: EcsApi): void {
  const service = stored(api);
  const [primary] = service.deployments;
  if (!primary) throw new Error('no deployment');
  api.store.services.put({
    ...service,
    completedRevision: primary.revision,
    deployments: [
      {
        ...primary,
        rolloutState: 'COMPLETED',
        wasCompleted: true,
        ...(primary.record && { record: { ...primary.record, status: 'SUCCESSFUL' } }),
      },
    ],
  });
}

t.test('CreateService answers as ECS was recorded in September 2026', (t) => {
  const api = withDefinitions();
  const service = create(api, {
    taskDefinition: 'web',
    launchType: 'FARGATE',
    desiredCount: 0,
    networkConfiguration: VPC,
    tags: [{ key: 'a', value: 'b' }],
  });
  const id = service.deployments?.[0]?.id ?? '';
  t.match(id, /^ecs-svc\/\d{19}$/);
  const deploymentArn = service.currentServiceDeployment;
  t.match(deploymentArn, /^arn:aws:ecs:eu-west-1:123456789012:service-deployment\/c\/s\/[0-9a-z]{21}$/);
  const revisionArn = service.currentServiceRevisions?.[0]?.arn;
  t.match(revisionArn, /^arn:aws:ecs:eu-west-1:123456789012:service-revision\/c\/s\/\d{19}$/);
  const createdAt = new Date(api.clock.ms);
  const placement = { launchType: 'FARGATE', platformVersion: '1.4.0', platformFamily: 'Linux' };
  t.strictSame(service, {
    serviceArn: `${ARN}service/c/s`,
    serviceName: 's',
    clusterArn: `${ARN}cluster/c`,
    loadBalancers: [],
    serviceRegistries: [],
    status: 'ACTIVE',
    desiredCount: 0,
    runningCount: 0,
    pendingCount: 0,
    ...placement,
    platformVersion: 'LATEST',
    taskDefinition: `${ARN}task-definition/web:1`,
    deploymentConfiguration: {
      deploymentCircuitBreaker: {
        enable: false,
        rollback: false,
        resetOnHealthyTask: true,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    deployments: [
      {
        id,
        status: 'PRIMARY',
        taskDefinition: `${ARN}task-definition/web:1`,
        desiredCount: 0,
        pendingCount: 0,
        runningCount: 0,
        failedTasks: 0,
        createdAt,
        updatedAt: createdAt,
        ...placement,
        networkConfiguration: VPC,
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: `ECS deployment ${id} in progress.`,
      },
    ],
    roleArn: 'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    events: [],
    createdAt,
    currentServiceDeployment: deploymentArn,
    currentServiceRevisions: [
      { arn: revisionArn, requestedTaskCount: 0, runningTaskCount: 0, pendingTaskCount: 0 },
    ],
    placementConstraints: [],
    placementStrategy: [],
    networkConfiguration: VPC,
    healthCheckGracePeriodSeconds: 0,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    tags: [{ key: 'a', value: 'b' }],
    createdBy: CALLER.principalArn,
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'ENABLED',
    resourceManagementType: 'CUSTOMER',
  });
  t.same(api.wokenServices, [service.serviceArn]);
  t.end();
});

t.test("requests that ECS refuses, in ECS's words", (t) => {
  const api = withDefinitions();
  const refused = (more: object): string => {
    const { code, message } = api.refusal('CreateService', { ...SERVICE, ...more });
    return `${code}: ${message}`;
  };
  const I = 'InvalidParameterException: ';
  t.equal(
    refused({ serviceName: 'a/b' }),
    `${I}ServiceName must match ^[a-zA-Z0-9\\-_]{1,255}$, but was a/b`,
  );
  t.equal(refused({ taskDefinition: undefined }), `${I}TaskDefinition can not be blank.`);
  t.equal(refused({ taskDefinition: 'none' }), 'ClientException: TaskDefinition not found.');
  t.match(refused({ cluster: 'none' }), 'ClusterNotFoundException: Cluster not found.');
  t.match(refused({ desiredCount: undefined }), /desiredCount/);
  t.match(refused({ desiredCount: -1 }), /desiredCount/);
  t.equal(
    refused({ launchType: 'EC2', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }),
    `${I}Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.`,
  );
  t.equal(
    refused({ platformVersion: '1.4.0' }),
    `${I}The platform version must be null when specifying an EC2 launch type.`,
  );
  t.equal(
    refused({ placementStrategy: Array(6).fill({ type: 'random' }) }),
    `${I}Maximum number of strategies is 5.`,
  );
  const deploying = (deploymentConfiguration: object): string => refused({ deploymentConfiguration });
  t.equal(deploying({ minimumHealthyPercent: 101 }), `${I}minimumHealthyPercent must be at most 100`);
  t.equal(deploying({ maximumPercent: 99 }), `${I}maximumPercent must be at least 100`);
  t.equal(
    deploying({ maximumPercent: 100 }),
    `${I}Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.`,
  );
  t.match(deploying({ strategy: 'BLUE_GREEN' }), /bakeTimeInMinutes must be specified/);
  t.match(
    deploying({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }),
    /stepPercent must be between 3 and 100/,
  );
  t.match(
    deploying({ lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }] }),
    /PAUSE lifecycle hooks cannot be configured at the stage TEST_TRAFFIC_SHIFT/,
  );
  t.match(
    deploying({ lifecycleHooks: [{ hookTargetArn: 'x', lifecycleStages: ['POST_SCALE_UP'] }] }),
    /^UnsupportedFeatureException: .*not built yet/,
  );
  t.equal(refused({ deploymentController: { type: 'EXTERNAL' } }), `${I}TaskDefinition must be blank.`);
  t.match(
    refused({ deploymentController: { type: 'CODE_DEPLOY' } }),
    /^UnsupportedFeatureException: .*not built yet/,
  );
  const daemon = { schedulingStrategy: 'DAEMON' };
  t.equal(
    refused({ ...daemon, desiredCount: 0 }),
    `${I}The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again`,
  );
  t.equal(
    refused({ ...daemon, desiredCount: undefined, deploymentConfiguration: { maximumPercent: 101 } }),
    `${I}The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again`,
  );
  t.equal(
    refused({ loadBalancers: [{ containerName: 'nope', containerPort: 80, targetGroupArn: 'x' }] }),
    `${I}The container nope does not exist in the task definition.`,
  );
  t.equal(
    refused({ loadBalancers: [{ containerName: 'app', containerPort: 8080, targetGroupArn: 'x' }] }),
    `${I}The container app did not have a container port 8080 defined.`,
  );
  t.equal(refused({ serviceRegistries: [{}, {}] }), `${I}service registries can have at most 1 items.`);
  t.equal(
    refused({ serviceConnectConfiguration: { enabled: true, services: [{ portName: 'p' }] } }),
    `${I}Namespace is missing`,
  );
  t.equal(
    refused({
      serviceConnectConfiguration: {
        enabled: true,
        namespace: 'n',
        services: [{ portName: 'p', clientAliases: [] }],
      },
    }),
    `${I}clientAliases must have 1 element.`,
  );
  t.equal(
    refused({ taskDefinition: 'web', launchType: 'FARGATE' }),
    `${I}Network Configuration must be provided when networkMode 'awsvpc' is specified.`,
  );
  t.same(api.wokenServices, []);
  t.end();
});

t.test(
  'CreateService is idempotent: the same request with the same token answers the service that is there',
  (t) => {
    const api = withDefinitions();
    const first = create(api, { clientToken: 't' });
    t.equal(create(api, { clientToken: 't' }).deployments?.[0]?.id, first.deployments?.[0]?.id);
    for (const more of [{ clientToken: 'u' }, {}, { clientToken: 't', desiredCount: 3 }])
      t.match(api.refusal('CreateService', { ...SERVICE, ...more }), {
        message: 'Creation of service was not idempotent.',
      });
    api.call('DeleteService', { cluster: 'c', service: 's', force: true });
    t.match(api.refusal('CreateService', { ...SERVICE, clientToken: 't' }), {
      message: 'Unable to Start a service that is still Draining.',
    });
    t.end();
  },
);

t.test('DAEMON: one task for the one engine; 0/100', (t) => {
  t.match(create(withDefinitions(), { schedulingStrategy: 'DAEMON', desiredCount: undefined }), {
    desiredCount: 1,
    deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
    availabilityZoneRebalancing: 'DISABLED',
  });
  t.end();
});

t.test('UpdateService: what makes tasks otherwise begins a deployment, nothing else does', (t) => {
  const api = withDefinitions();
  create(api);
  complete(api);
  const update = (more: object) => api.call('UpdateService', { cluster: 'c', service: 's', ...more }).service;
  for (const more of [
    { desiredCount: 5 },
    { deploymentConfiguration: { minimumHealthyPercent: 50 } },
    { healthCheckGracePeriodSeconds: 9 },
    { enableExecuteCommand: true },
    { propagateTags: 'SERVICE' },
    { availabilityZoneRebalancing: 'DISABLED' },
  ]) {
    t.match(update(more), { ...more, deployments: { length: 1 } }, JSON.stringify(more));
  }
  t.match(
    update({}),
    { desiredCount: 5, deploymentConfiguration: { maximumPercent: 200 } },
    'the rest stays',
  );
  const old = stored(api).deployments[0]?.id;
  const updated = update({ taskDefinition: 'app:1', desiredCount: 7 });
  t.match(updated?.deployments, [
    { status: 'PRIMARY', desiredCount: 7, rolloutState: 'IN_PROGRESS' },
    { id: old, status: 'ACTIVE', desiredCount: 5, rolloutState: 'COMPLETED' },
  ]);
  t.match(update({ forceNewDeployment: true })?.deployments, { length: 3 });
  t.match(api.refusal('UpdateService', { cluster: 'c', service: 'x', desiredCount: 1 }), {
    code: 'ServiceNotFoundException',
    message: 'Service not found.',
  });
  t.end();
});

t.test('DeleteService: scaled above 0 only by force; then DRAINING, not listed, not changed', (t) => {
  const api = withDefinitions();
  create(api);
  const request = { cluster: 'c', service: 's' };
  t.match(api.refusal('DeleteService', request), {
    message: 'The service cannot be stopped while it is scaled above 0.',
  });
  t.same(api.call('ListServices', { cluster: 'c' }).serviceArns, [`${ARN}service/c/s`]);
  t.match(api.refusal('DeleteCluster', { cluster: 'c' }), {
    code: 'ClusterContainsServicesException',
    message: 'The Cluster cannot be deleted while Services are active.',
  });
  t.match(api.call('DeleteService', { ...request, force: true }).service, {
    status: 'DRAINING',
    desiredCount: 0,
  });
  t.same(api.call('ListServices', { cluster: 'c' }).serviceArns, []);
  t.match(api.call('DescribeServices', { cluster: 'c', services: ['s'] }).services, [{ status: 'DRAINING' }]);
  t.match(api.refusal('UpdateService', { ...request, desiredCount: 1 }), {
    code: 'ServiceNotActiveException',
    message: 'Service was not ACTIVE.',
  });
  t.end();
});

t.test('DescribeServices: by name and ARN, failures, tags where included, limits', (t) => {
  const api = withDefinitions();
  create(api, { tags: [{ key: 'a', value: 'b' }] });
  const describe = (services: string[], include?: ['TAGS']) =>
    api.call('DescribeServices', { cluster: 'c', services, include });
  t.match(describe(['s', `${ARN}service/c/s`, 'none']), {
    services: { length: 1 },
    failures: [{ arn: `${ARN}service/c/none`, reason: 'MISSING' }],
  });
  t.notOk(Object.hasOwn(describe(['s']).services?.[0] ?? {}, 'tags'));
  t.same(describe(['s'], ['TAGS']).services?.[0]?.tags, [{ key: 'a', value: 'b' }]);
  t.match(api.refusal('DescribeServices', { cluster: 'c', services: [] }), {
    message: 'Services cannot be empty.',
  });
  t.match(api.refusal('DescribeServices', { cluster: 'c', services: Array(11).fill('s') }), {
    message: 'service names can have at most 10 items.',
  });
  t.match(api.refusal('DescribeServices', { cluster: 'c', services: [`${ARN}service/other/s`] }), {
    message: 'Invalid identifier: Identifier is for cluster other. Your cluster is c',
  });
  api.call('TagResource', { resourceArn: `${ARN}service/c/s`, tags: [{ key: 'x', value: 'y' }] });
  t.match(api.call('ListTagsForResource', { resourceArn: `${ARN}service/c/s` }).tags, { length: 2 });
  t.match(api.call('DescribeClusters', { clusters: ['c'], include: ['STATISTICS'] }).clusters, [
    { activeServicesCount: 1 },
  ]);
  t.end();
});

t.test('ListServices: ten a page, by launch type and strategy; ListServicesByNamespace', (t) => {
  const api = withDefinitions();
  for (let index = 0; index < 12; index++) create(api, { serviceName: `s${String(index).padStart(2, '0')}` });
  create(api, { serviceName: 'd', schedulingStrategy: 'DAEMON', desiredCount: undefined });
  create(api, {
    serviceName: 'x',
    serviceConnectConfiguration: { enabled: true, namespace: 'ns' },
  });
  const first = api.call('ListServices', { cluster: 'c' });
  t.equal(first.serviceArns?.length, 10);
  const rest = api.call('ListServices', { cluster: 'c', nextToken: first.nextToken });
  t.equal(rest.serviceArns?.length, 4);
  t.same(api.call('ListServices', { cluster: 'c', schedulingStrategy: 'DAEMON' }).serviceArns, [
    `${ARN}service/c/d`,
  ]);
  t.same(api.call('ListServices', { cluster: 'c', launchType: 'FARGATE' }).serviceArns, []);
  t.same(api.call('ListServicesByNamespace', { namespace: 'ns' }).serviceArns, [`${ARN}service/c/x`]);
  t.end();
});

t.test('deployments and revisions: told, listed, stopped, rolled back', (t) => {
  const api = withDefinitions();
  const first = create(api);
  complete(api);
  api.clock.ms += 1000;
  const { service } = api.call('UpdateService', { cluster: 'c', service: 's', forceNewDeployment: true });
  const [target, source] = service?.currentServiceRevisions ?? [];
  const arn = service?.currentServiceDeployment ?? '';
  t.match(api.call('DescribeServiceDeployments', { serviceDeploymentArns: [arn, `${arn}x`] }), {
    serviceDeployments: [
      {
        status: 'IN_PROGRESS',
        sourceServiceRevisions: [{ arn: source?.arn, requestedTaskCount: 2 }],
        targetServiceRevision: { arn: target?.arn },
        deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0, threshold: 3 },
      },
    ],
    failures: [{ arn: `${arn}x`, reason: 'MISSING' }],
  });
  const list = (more: object = {}) =>
    api.call('ListServiceDeployments', { cluster: 'c', service: 's', ...more }).serviceDeployments;
  t.match(list(), [{ serviceDeploymentArn: arn }, { serviceDeploymentArn: first.currentServiceDeployment }]);
  t.match(list({ status: ['SUCCESSFUL'] }), [{ status: 'SUCCESSFUL' }]);
  t.match(list({ maxResults: 1 }), { length: 1 });
  t.match(api.call('DescribeServiceRevisions', { serviceRevisionArns: [target?.arn ?? ''] }), {
    serviceRevisions: [
      { taskDefinition: `${ARN}task-definition/app:1`, containerImages: [{ image: 'busybox' }] },
    ],
    failures: [],
  });
  t.same(api.call('StopServiceDeployment', { serviceDeploymentArn: arn }), { serviceDeploymentArn: arn });
  t.match(stored(api), {
    deployments: [{ id: first.deployments?.[0]?.id, status: 'PRIMARY' }, { rolloutState: 'FAILED' }],
    rollingBack: { status: 'ROLLBACK_IN_PROGRESS', rollback: { revisionArn: source?.arn } },
  });
  t.match(api.refusal('StopServiceDeployment', { serviceDeploymentArn: arn }), { code: 'ConflictException' });
  t.match(api.refusal('StopServiceDeployment', { serviceDeploymentArn: `${arn}x` }), {
    code: 'ServiceDeploymentNotFoundException',
  });
  t.end();
});
