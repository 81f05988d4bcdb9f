import t from 'tap';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import type { AwsCalls } from '../../../../../src/model/local-apis.ts';
import { primaryOf, serviceAliases } from '../../../../../src/model/service.ts';
import type { ServiceArn } from '../../../../../src/model/arn.ts';
import { refusalOf } from '../../../../support/api-caller.ts';
import { CALLER, CONTAINER, createTestApi, testHost, type EcsApi } from '../../../../support/ecs-api.ts';

const { account, region } = CALLER;
const registryArn = `arn:aws:servicediscovery:${region}:${account}:service/srv-1`;
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const VPC = { taskDefinition: 'vpc', networkConfiguration };

/** An ECS API beside a Cloud Map of one service; `name`: its own and its namespace's. */
function createApi(
  recordTypes: readonly string[],
  name: readonly [string, string] = ['backend', 'local'],
): EcsApi {
  const calls: AwsCalls = {
    call: (_service, action, { Id }) => {
      if (action === 'GetNamespace') return Promise.resolve({ Namespace: { Name: name[1] } });
      if (Id !== 'srv-1') return Promise.reject(new AwsError('ServiceNotFound', 'Service not found'));
      const DnsConfig = recordTypes.length > 0 && { DnsRecords: recordTypes.map((Type) => ({ Type })) };
      return Promise.resolve({
        Service: { Name: name[0], NamespaceId: 'ns-1', ...(DnsConfig && { DnsConfig }) },
      });
    },
  };
  const api = createTestApi(testHost(), calls);
  api.call('CreateCluster', {});
  const containerDefinitions = [{ ...CONTAINER, portMappings: [{ containerPort: 80 }] }];
  api.call('RegisterTaskDefinition', { family: 'vpc', networkMode: 'awsvpc', containerDefinitions });
  api.call('RegisterTaskDefinition', { family: 'bridge', networkMode: 'bridge', containerDefinitions });
  return api;
}

const create = async (api: EcsApi, registry: object, more: object = VPC): Promise<ServiceArn> => {
  const serviceRegistries = [{ registryArn, ...registry }];
  const made = api.call('CreateService', {
    serviceName: 's',
    taskDefinition: 'vpc',
    desiredCount: 1,
    serviceRegistries,
    ...more,
  });
  return (await Promise.resolve(made)).service?.serviceArn as ServiceArn;
};

const refused = (api: EcsApi, registry: object, more?: object): Promise<string> =>
  refusalOf('CreateService', create(api, registry, more));

const ofRegistry = `Registry: ${registryArn}`;
const inContainer = { containerName: 'app', containerPort: 80 };

const aliasesOf = (api: EcsApi, arn: ServiceArn): string[] => {
  const service = api.store.services.get(arn);
  const revision = service && primaryOf(service)?.revision;
  return revision ? serviceAliases(service, revision) : [];
};

t.test('a registry must be there, in the account and region', async (t) => {
  const api = createApi(['A']);
  const none = registryArn.replace('srv-1', 'srv-2');
  for (const arn of [none, 'srv-1', registryArn.replace(region, 'eu-north-1')])
    t.equal(
      await refused(api, { registryArn: arn }),
      `InvalidParameterException: The service registry does not exist. Registry: ${arn}`,
    );
});

t.test('with awsvpc an A record takes no port, an SRV record one of two', async (t) => {
  const api = createApi(['A']);
  for (const [registry, member] of [
    [inContainer, 'containerPort'],
    [{ port: 80 }, 'port'],
  ] as const)
    t.equal(
      await refused(api, registry),
      `InvalidParameterException: The values specified for serviceRegistries do not require a value for '${member}'. Remove the value and retry. ${ofRegistry}`,
    );
  const srv = createApi(['A', 'SRV']);
  t.equal(
    await refused(srv, { ...inContainer, port: 80 }),
    "InvalidParameterException: Specify a value for either 'port' or the 'containerName' and 'containerPort' combination, but not both. Remove one and retry.",
  );
  t.match(await refused(srv, {}), /^InvalidParameterException: Specify a value for either/);
  t.equal(
    await refused(srv, { ...inContainer, containerName: 'none' }),
    'InvalidParameterException: The container none does not exist in the task definition.',
  );
  await create(srv, inContainer);
  await create(createApi(['SRV']), { port: 80 });
  await create(createApi(['A']), {});
  await create(createApi([]), { port: 80 });
});

t.test('bridge needs container, port and an SRV record', async (t) => {
  const api = createApi(['SRV']);
  const bridge = { taskDefinition: 'bridge' };
  t.equal(
    await refused(api, { port: 80 }, bridge),
    `InvalidParameterException: When specifying 'host' or 'bridge' for networkMode, values for 'containerName' and 'containerPort' must be specified from the task definition. ${ofRegistry}`,
  );
  t.match(await refused(createApi(['A']), inContainer, bridge), /DNS record of the type SRV/);
  await create(api, inContainer, bridge);
});

t.test(
  'tasks have the name of the registry as an alias, also after an update of something else',
  async (t) => {
    const api = createApi(['A']);
    const arn = await create(api, {});
    t.same(aliasesOf(api, arn), ['s', 'backend.local']);
    api.call('UpdateService', { service: 's', forceNewDeployment: true });
    t.same(aliasesOf(api, arn), ['s', 'backend.local']);
    await Promise.resolve(api.call('UpdateService', { service: 's', serviceRegistries: [] }));
    t.same(aliasesOf(api, arn), ['s']);
    await Promise.resolve(api.call('UpdateService', { service: 's', serviceRegistries: [{ registryArn }] }));
    t.same(aliasesOf(api, arn), ['s', 'backend.local']);
  },
);

t.test('what DNS cannot look up becomes no alias', async (t) => {
  for (const name of [
    ['backend', 'a: ${b}'],
    ['backend', '"quoted"'],
    ['backend', ''],
    ['backend', `${'x'.repeat(64)}.local`],
  ] as const) {
    const api = createApi(['A'], name);
    t.same(aliasesOf(api, await create(api, {})), ['s']);
  }
  const byApi = createApi([]);
  t.same(aliasesOf(byApi, await create(byApi, {})), ['s'], 'a service without records has no name in DNS');
});

t.test('Service Connect takes the namespace of the cluster, and a namespace by its ARN', async (t) => {
  const api = createApi(['A']);
  const namespace = `arn:aws:servicediscovery:${region}:${account}:namespace/ns-1`;
  const connect = (more: object = {}) => ({
    ...VPC,
    serviceRegistries: [],
    serviceConnectConfiguration: {
      enabled: true,
      services: [{ portName: 'web', discoveryName: 'front' }],
      ...more,
    },
  });
  t.equal(await refused(api, {}, connect()), 'InvalidParameterException: Namespace is missing');
  const arn = await create(api, {}, connect({ namespace }));
  t.same(aliasesOf(api, arn), ['s', 's.local', 'front.local']);
  api.call('UpdateService', { service: 's', forceNewDeployment: true });
  t.same(aliasesOf(api, arn), ['s', 's.local', 'front.local'], 'kept by another deployment');

  const second = createApi(['A']);
  second.call('UpdateCluster', { cluster: 'default', serviceConnectDefaults: { namespace } });
  t.same(aliasesOf(second, await create(second, {}, connect())), ['s', 's.local', 'front.local']);
  const { services } = second.call('DescribeServices', { services: ['s'] });
  t.match(services?.[0]?.deployments?.[0], { serviceConnectConfiguration: { namespace } });
  const named = createApi(['A']);
  t.same(aliasesOf(named, await create(named, {}, connect({ namespace: 'plain' }))), [
    's',
    's.plain',
    'front.plain',
  ]);
});
