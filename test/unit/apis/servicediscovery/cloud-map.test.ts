import { randomUUID } from 'node:crypto';
import type * as cloudMap from '@aws-sdk/client-servicediscovery';
import t from 'tap';
import { createDiscoveryApi, type operations } from '../../../../src/apis/servicediscovery/operations.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { documentMigrations } from '../../../../src/store/documents.ts';
import { createDiscoveryStore, discoveryMigrations } from '../../../../src/store/servicediscovery/store.ts';
import { createCaller } from '../../../support/api-caller.ts';
import { CALLER } from '../../../support/ecs-api.ts';

const NOW = new Date(1_000);

/** A Cloud Map of its own for each test. */
function createApi() {
  const discovery = createDiscoveryStore(openDatabase(':memory:', [documentMigrations, discoveryMigrations]));
  const api = createDiscoveryApi({ discovery, now: () => NOW, newId: randomUUID });
  const { call, refusal } = createCaller<typeof operations>(api);
  const targetsOf = async (answer: { OperationId?: string | undefined }) =>
    (await call('GetOperation', { OperationId: answer.OperationId })).Operation?.Targets ?? {};
  return {
    call,
    refusal,
    targetsOf,
    privateNamespace: async (name = 'local', vpc = 'vpc-1'): Promise<string> => {
      const made = await call('CreatePrivateDnsNamespace', { Name: name, Vpc: vpc });
      return (await targetsOf(made)).NAMESPACE ?? '';
    },
    service: async (input: Partial<cloudMap.CreateServiceRequest>): Promise<string> => {
      const { Service } = await call('CreateService', { Name: 'backend', ...input });
      return Service?.Id ?? '';
    },
  };
}

const A_RECORD = { DnsRecords: [{ Type: 'A' as const, TTL: 60 }] };
const ARN = `arn:aws:servicediscovery:${CALLER.region}:${CALLER.account}`;

t.test('a namespace is made, shown, changed and deleted; its operations have succeeded', async (t) => {
  const { call, refusal, targetsOf } = createApi();
  const made = await call('CreatePrivateDnsNamespace', {
    Name: 'app.local',
    Vpc: 'vpc-1',
    Description: 'of the app',
    CreatorRequestId: 'r-1',
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  const { Operation } = await call('GetOperation', { OperationId: made.OperationId });
  t.match(Operation, { Type: 'CREATE_NAMESPACE', Status: 'SUCCESS', CreateDate: NOW });
  const { NAMESPACE: id = '' } = await targetsOf(made);
  t.match(id, /^ns-[a-z0-9]{16}$/);
  const { Namespace } = await call('GetNamespace', { Id: id });
  t.match(Namespace, {
    Id: id,
    Arn: `${ARN}:namespace/${id}`,
    Name: 'app.local',
    Type: 'DNS_PRIVATE',
    Description: 'of the app',
    ServiceCount: 0,
    Properties: {
      DnsProperties: { HostedZoneId: /^Z[A-Z0-9]{20}$/, SOA: { TTL: 15 } },
      HttpProperties: { HttpName: 'app.local' },
    },
    CreateDate: NOW,
    CreatorRequestId: 'r-1',
  });
  await call('UpdatePrivateDnsNamespace', {
    Id: Namespace?.Arn,
    Namespace: { Description: 'changed', Properties: { DnsProperties: { SOA: { TTL: 30 } } } },
  });
  t.match((await call('GetNamespace', { Id: id })).Namespace, {
    Description: 'changed',
    Properties: { DnsProperties: { SOA: { TTL: 30 } } },
  });
  const isAnother = { Id: id, Namespace: { Description: 'x' } };
  t.equal(await refusal('UpdateHttpNamespace', isAnother), 'NamespaceNotFound: Namespace not found');
  const gone = await call('DeleteNamespace', { Id: id });
  t.same(await targetsOf(gone), { NAMESPACE: id });
  t.equal(await refusal('GetNamespace', { Id: id }), 'NamespaceNotFound: Namespace not found');
  t.equal(await refusal('GetOperation', { OperationId: 'x' }), 'OperationNotFound: Operation not found');
});

t.test(
  'a name is taken once by type and VPC; another VPC has it again under another HTTP name',
  async (t) => {
    const { call, refusal, privateNamespace } = createApi();
    await privateNamespace('local', 'vpc-1');
    const again = { Name: 'local', Vpc: 'vpc-1' };
    t.match(await refusal('CreatePrivateDnsNamespace', again), /^NamespaceAlreadyExists: .*local/);
    await privateNamespace('local', 'vpc-2');
    await call('CreateHttpNamespace', { Name: 'plain' });
    t.match(await refusal('CreateHttpNamespace', { Name: 'plain' }), /^NamespaceAlreadyExists/);
    t.match(
      await refusal('CreateHttpNamespace', { Name: 'with space' }),
      "InvalidInput: 1 validation error detected: Value 'with space' at 'name' failed to satisfy constraint",
    );
    const listed = async (Filters: cloudMap.NamespaceFilter[]) =>
      ((await call('ListNamespaces', { Filters })).Namespaces ?? []).map(
        ({ Properties }) => Properties?.HttpProperties?.HttpName,
      );
    t.same(await listed([{ Name: 'TYPE', Values: ['HTTP'] }]), ['plain']);
    const [first, second] = (await listed([{ Name: 'NAME', Values: ['local'] }])).sort();
    t.equal(first, 'local');
    t.match(second, /^local-[a-z0-9]{8}$/);
    t.equal((await listed([{ Name: 'NAME', Values: ['lo'], Condition: 'BEGINS_WITH' }])).length, 2);
  },
);

t.test('accounts and regions are apart', async (t) => {
  const { call, refusal, privateNamespace } = createApi();
  const id = await privateNamespace();
  for (const other of [
    { ...CALLER, region: 'eu-north-1' },
    { ...CALLER, account: '1'.repeat(12) },
  ]) {
    t.match(await refusal('GetNamespace', { Id: id }, other), /^NamespaceNotFound/);
    t.same((await call('ListNamespaces', {}, other)).Namespaces, []);
  }
});

t.test('a service of a DNS namespace has records, one of an HTTP namespace has none', async (t) => {
  const { call, refusal, targetsOf, privateNamespace, service } = createApi();
  const dns = await privateNamespace();
  const http = (await targetsOf(await call('CreateHttpNamespace', { Name: 'plain' }))).NAMESPACE;
  // Source: older clients name the namespace in the DnsConfig.
  const id = await service({ DnsConfig: { ...A_RECORD, NamespaceId: dns } });
  t.match(id, /^srv-[a-z0-9]{16}$/);
  t.match((await call('GetService', { Id: `${ARN}:service/${id}` })).Service, {
    Id: id,
    Arn: `${ARN}:service/${id}`,
    Name: 'backend',
    NamespaceId: dns,
    InstanceCount: 0,
    Type: 'DNS_HTTP',
    DnsConfig: { NamespaceId: dns, RoutingPolicy: 'MULTIVALUE', ...A_RECORD },
  });
  t.match(
    await refusal('CreateService', { Name: 'Backend', NamespaceId: dns, DnsConfig: A_RECORD }),
    /^ServiceAlreadyExists: /,
  );
  const plain = await service({ NamespaceId: http, HealthCheckCustomConfig: {} });
  t.match((await call('GetService', { Id: plain })).Service, {
    Type: 'HTTP',
    HealthCheckCustomConfig: { FailureThreshold: 1 },
  });
  const refused = (input: Partial<cloudMap.CreateServiceRequest>) =>
    refusal('CreateService', { Name: 'other', NamespaceId: dns, ...input });
  t.match(await refused({}), /^InvalidInput: DnsConfig must be specified/);
  t.match(await refused({ NamespaceId: http, DnsConfig: A_RECORD }), /^InvalidInput: DnsConfig cannot/);
  t.match(await refused({ NamespaceId: 'ns-none', DnsConfig: A_RECORD }), /^NamespaceNotFound/);
  t.match(await refused({ Name: 'no spaces', DnsConfig: A_RECORD }), /at 'name' failed to satisfy/);
  t.match(
    await refused({ DnsConfig: A_RECORD, HealthCheckConfig: { Type: 'TCP' } }),
    /^InvalidInput: HealthCheckConfig can be specified for services in public DNS namespaces/,
  );
  t.match(
    await refused({ DnsConfig: { DnsRecords: [{ Type: 'CNAME', TTL: 1 }] } }),
    /^InvalidInput: A CNAME record needs the routing policy WEIGHTED/,
  );
  t.match((await call('ListServices', { Filters: [{ Name: 'NAMESPACE_ID', Values: [dns] }] })).Services, [
    { Id: id },
  ]);
  t.equal((await call('ListServices', {})).Services?.length, 2);
});

t.test('an update takes away what it does not give', async (t) => {
  const { call, refusal, targetsOf, service } = createApi();
  const made = await call('CreatePublicDnsNamespace', { Name: 'example.com' });
  const { NAMESPACE } = await targetsOf(made);
  const HealthCheckConfig = { Type: 'HTTP' as const, ResourcePath: '/up' };
  const Id = await service({ NamespaceId: NAMESPACE, DnsConfig: A_RECORD, HealthCheckConfig });
  await call('UpdateService', { Id, Service: { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] } } });
  const { Service } = await call('GetService', { Id });
  t.match(Service?.DnsConfig?.DnsRecords, [{ Type: 'A', TTL: 5 }]);
  t.notOk(Service?.HealthCheckConfig);
  await call('UpdateService', { Id, Service: { Description: 'now by the API alone' } });
  t.match((await call('GetService', { Id })).Service, { Type: 'HTTP' });
  t.match(await refusal('UpdateService', { Id, Service: { DnsConfig: A_RECORD } }), /^InvalidInput/);
});

t.test('an instance has what the records of its service are made of', async (t) => {
  const { call, refusal, targetsOf, privateNamespace, service } = createApi();
  const NamespaceId = await privateNamespace();
  const ServiceId = await service({
    NamespaceId,
    DnsConfig: { DnsRecords: [...A_RECORD.DnsRecords, { Type: 'SRV', TTL: 60 }] },
  });
  const register = (Attributes: Record<string, string>, InstanceId = 'one') => ({
    ServiceId,
    InstanceId,
    Attributes,
  });
  const refused = (Attributes: Record<string, string>, id?: string) =>
    refusal('RegisterInstance', register(Attributes, id));
  const ipv4 = { AWS_INSTANCE_IPV4: '10.0.0.1' };
  t.match(await refused({}), /^InvalidInput: The attribute AWS_INSTANCE_IPV4 is required/);
  t.equal(await refused(ipv4), 'InvalidInput: A valid port number must be supplied.');
  t.equal(
    await refused({ ...ipv4, AWS_INSTANCE_PORT: '70000' }),
    'InvalidInput: A valid port number must be supplied.',
  );
  t.match(await refused({ AWS_INSTANCE_IPV4: '10.0.0' }), /^InvalidInput: A valid IPv4/);
  t.match(await refused(ipv4, 'no spaces'), /at 'instanceId' failed to satisfy constraint/);
  t.match(await refusal('RegisterInstance', { ...register(ipv4), ServiceId: 'srv-x' }), /^ServiceNotFound/);
  const whole = { ...ipv4, AWS_INSTANCE_PORT: '80', color: 'blue' };
  const made = await call('RegisterInstance', register(whole));
  t.same(await targetsOf(made), { NAMESPACE: NamespaceId, SERVICE: ServiceId, INSTANCE: 'one' });
  t.match((await call('GetInstance', { ServiceId, InstanceId: 'one' })).Instance, {
    Id: 'one',
    Attributes: whole,
  });
  t.match((await call('GetService', { Id: ServiceId })).Service, { InstanceCount: 1 });
  t.equal(
    await refusal('DeleteService', { Id: ServiceId }),
    'ResourceInUse: Service contains registered instances; delete the instances before deleting the service',
  );
  t.match(await refusal('DeleteNamespace', { Id: NamespaceId }), /^ResourceInUse: /);
  await call('DeregisterInstance', { ServiceId, InstanceId: 'one' });
  t.match(await refusal('DeregisterInstance', { ServiceId, InstanceId: 'one' }), /^InstanceNotFound/);
  await call('DeleteService', { Id: ServiceId });
  await call('DeleteNamespace', { Id: NamespaceId });
});

t.test('instances are discovered by names, attributes and health', async (t) => {
  const { call, refusal, privateNamespace, service } = createApi();
  const NamespaceId = await privateNamespace('local');
  const ServiceId = await service({ NamespaceId, DnsConfig: A_RECORD, HealthCheckCustomConfig: {} });
  const add = (InstanceId: string, more: Record<string, string> = {}) =>
    call('RegisterInstance', {
      ServiceId,
      InstanceId,
      Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1', ...more },
    });
  await add('a', { zone: '1' });
  await add('b', { zone: '2', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
  await add('c', { zone: '2' });
  const discover = async (more: Partial<cloudMap.DiscoverInstancesRequest> = {}) => {
    const input = { NamespaceName: 'LOCAL', ServiceName: 'backend', ...more };
    return ((await call('DiscoverInstances', input)).Instances ?? []).map(({ InstanceId }) => InstanceId);
  };
  t.same(await discover(), ['a', 'c']);
  t.same(await discover({ HealthStatus: 'ALL' }), ['a', 'b', 'c']);
  t.same(await discover({ HealthStatus: 'UNHEALTHY' }), ['b']);
  t.same(await discover({ QueryParameters: { zone: '2' } }), ['c']);
  t.same(await discover({ OptionalParameters: { zone: '1' } }), ['a']);
  t.same(await discover({ OptionalParameters: { zone: '9' } }), ['a', 'c']);
  t.same(await discover({ MaxResults: 1 }), ['a']);
  const revisionOf = async () =>
    (await call('DiscoverInstancesRevision', { NamespaceName: 'local', ServiceName: 'backend' }))
      .InstancesRevision ?? 0;
  const before = await revisionOf();
  for (const InstanceId of ['a', 'c'])
    await call('UpdateInstanceCustomHealthStatus', { ServiceId, InstanceId, Status: 'UNHEALTHY' });
  t.equal(await revisionOf(), before + 2);
  t.same(await discover(), ['a', 'b', 'c'], 'none is healthy: all are told');
  t.same(await discover({ HealthStatus: 'HEALTHY' }), []);
  t.same((await call('GetInstancesHealthStatus', { ServiceId })).Status, {
    a: 'UNHEALTHY',
    b: 'UNHEALTHY',
    c: 'UNHEALTHY',
  });
  t.match(
    await refusal('GetInstancesHealthStatus', { ServiceId, Instances: ['a', 'z'] }),
    /^InstanceNotFound/,
  );
  const asked = { NamespaceName: 'local', ServiceName: 'none' };
  t.match(await refusal('DiscoverInstances', asked), /^ServiceNotFound/);
  t.match(await refusal('DiscoverInstances', { ...asked, NamespaceName: 'no' }), /^NamespaceNotFound/);
});

t.test('without a health check nothing is known of health, and it does not count', async (t) => {
  const { call, refusal, privateNamespace, service } = createApi();
  const ServiceId = await service({ NamespaceId: await privateNamespace(), DnsConfig: A_RECORD });
  const instance = { ServiceId, InstanceId: 'a' };
  await call('RegisterInstance', { ...instance, Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } });
  const names = { NamespaceName: 'local', ServiceName: 'backend' };
  t.match((await call('DiscoverInstances', { ...names, HealthStatus: 'UNHEALTHY' })).Instances, [
    { InstanceId: 'a', HealthStatus: 'UNKNOWN' },
  ]);
  t.match(
    await refusal('UpdateInstanceCustomHealthStatus', { ...instance, Status: 'HEALTHY' }),
    /^CustomHealthNotFound/,
  );
});

t.test('lists come in pages, operations newest first and by what they were about', async (t) => {
  const { call, refusal, privateNamespace } = createApi();
  const ids: string[] = [];
  for (const index of [1, 2, 3, 4, 5]) ids.push(await privateNamespace(`n${index}`));
  const first = await call('ListNamespaces', { MaxResults: 3 });
  const rest = await call('ListNamespaces', { MaxResults: 3, NextToken: first.NextToken });
  const listed = [...(first.Namespaces ?? []), ...(rest.Namespaces ?? [])].map(({ Id }) => Id);
  t.same(listed, ids.toSorted());
  t.notOk(rest.NextToken);
  t.match(await refusal('ListNamespaces', { NextToken: 'x' }), /^InvalidInput/);
  t.match(await refusal('ListNamespaces', { MaxResults: 101 }), /less than or equal to 100/);
  await call('DeleteNamespace', { Id: ids[0] });
  const { Operations = [] } = await call('ListOperations', {
    Filters: [
      { Name: 'NAMESPACE_ID', Values: [ids[0] ?? ''] },
      { Name: 'UPDATE_DATE', Condition: 'BETWEEN', Values: ['0', '2'] },
    ],
  });
  const types = Operations.map(({ Id }) => call('GetOperation', { OperationId: Id }));
  t.same(
    (await Promise.all(types)).map(({ Operation }) => Operation?.Type),
    ['DELETE_NAMESPACE', 'CREATE_NAMESPACE'],
  );
});

t.test('tags and attributes are added and taken away', async (t) => {
  const { call, refusal, privateNamespace, service } = createApi();
  const namespace = await privateNamespace();
  const id = await service({ NamespaceId: namespace, DnsConfig: A_RECORD });
  for (const ResourceARN of [`${ARN}:namespace/${namespace}`, `${ARN}:service/${id}`]) {
    await call('TagResource', {
      ResourceARN,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await call('UntagResource', { ResourceARN, TagKeys: ['a', 'none'] });
    t.same((await call('ListTagsForResource', { ResourceARN })).Tags, [{ Key: 'b', Value: '2' }]);
  }
  t.match(
    await refusal('ListTagsForResource', { ResourceARN: `${ARN}:service/srv-none` }),
    /^ResourceNotFoundException/,
  );
  await call('UpdateServiceAttributes', { ServiceId: id, Attributes: { a: '1', b: '2' } });
  await call('DeleteServiceAttributes', { ServiceId: id, Attributes: ['a'] });
  t.match((await call('GetServiceAttributes', { ServiceId: id })).ServiceAttributes, {
    ServiceArn: `${ARN}:service/${id}`,
    Attributes: { b: '2' },
  });
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, '']));
  t.match(
    await refusal('UpdateServiceAttributes', { ServiceId: id, Attributes: many }),
    /^ServiceAttributesLimitExceededException/,
  );
});
