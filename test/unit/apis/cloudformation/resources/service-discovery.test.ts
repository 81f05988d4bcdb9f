import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  discoveryInstance,
  discoveryNamespace,
  discoveryService,
} from '../../../../../src/apis/cloudformation/resources/service-discovery.ts';
import type {
  ResourceContext,
  ResourceHandler,
} from '../../../../../src/apis/cloudformation/resources/handler.ts';
import { createToApi } from '../../../../../src/apis/cloudformation/resources/to-api.ts';
import { createDiscoveryApi } from '../../../../../src/apis/servicediscovery/operations.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import type { JsonMap } from '../../../../../src/model/stack.ts';
import { openDatabase } from '../../../../../src/store/database.ts';
import { documentMigrations } from '../../../../../src/store/documents.ts';
import {
  createDiscoveryStore,
  discoveryMigrations,
} from '../../../../../src/store/servicediscovery/store.ts';
import { createInputCheck } from '../../../../../src/gateway/validate.ts';
import { CALLER } from '../../../../support/ecs-api.ts';
import { resourceContext } from './context.ts';

const toApi = createToApi();
const { signal } = new AbortController();

type Call = ResourceContext['call'];

/** A Cloud Map as handlers call it. */
function createCloudMap(): Call {
  const discovery = createDiscoveryStore(openDatabase(':memory:', [documentMigrations, discoveryMigrations]));
  const api = createDiscoveryApi({ discovery, now: () => new Date(0), newId: randomUUID });
  const check = createInputCheck();
  return async (_service, action, input) =>
    (await api.actions[action]?.(
      { caller: CALLER, signal },
      check(api, action, structuredClone(input)),
    )) as JsonMap;
}

/** Runs a creation to its end, as the engine does; returns its id and attributes. */
async function create(handler: ResourceHandler, given: Partial<ResourceContext>) {
  const base = resourceContext({ physicalId: undefined, ...given });
  let context = { ...base, physicalId: base.physicalId ?? handler.nameOf?.(base) };
  for (;;) {
    const outcome = await handler.create(context);
    if (outcome.kind === 'done') return outcome;
    if (outcome.kind === 'replace') throw new Error('a new resource is replaced by no other');
    context = { ...context, isRetry: true, data: outcome.data ?? context.data };
  }
}

const PRIVATE = { Name: 'shop.local', Vpc: 'vpc-1' };
const privateNamespace = discoveryNamespace(toApi, 'PrivateDnsNamespace');

t.test(
  'a namespace, a service in it and an instance are made, changed and deleted in Cloud Map',
  async (t) => {
    const call = createCloudMap();
    const properties = { ...PRIVATE, Tags: [{ Key: 'a', Value: '1' }] };
    const namespace = await create(privateNamespace, { call, properties });
    const Id = namespace.physicalId;
    const Arn = `arn:aws:servicediscovery:${CALLER.region}:${CALLER.account}:namespace/${Id}`;
    t.match(namespace.attributes, { Id, Arn, HostedZoneId: /^Z/ });
    const changed = {
      ...PRIVATE,
      Description: 'changed',
      // As texts, as templates have them.
      Properties: { DnsProperties: { SOA: { TTL: '30' } } },
      Tags: [{ Key: 'b', Value: '2' }],
    };
    const attributes = namespace.attributes ?? {};
    await privateNamespace.update?.(
      resourceContext({ call, physicalId: Id, properties: changed, before: properties, attributes }),
    );
    t.match((await call('', 'GetNamespace', { Id }))['Namespace'], {
      Description: 'changed',
      Properties: { DnsProperties: { SOA: { TTL: 30 } } },
    });
    t.same((await call('', 'ListTagsForResource', { ResourceARN: Arn }))['Tags'], [{ Key: 'b', Value: '2' }]);

    const service = discoveryService(toApi);
    const DnsConfig = { DnsRecords: [{ Type: 'A', TTL: '60' }], NamespaceId: Id };
    const ofService = { Name: 'backend', DnsConfig, HealthCheckCustomConfig: { FailureThreshold: '1' } };
    const registry = await create(service, {
      call,
      properties: { ...ofService, ServiceAttributes: { a: '1', b: 2 } },
    });
    t.match(registry.attributes, { Id: registry.physicalId, Name: 'backend', Arn: /:service\/srv-/ });
    const later = { ...DnsConfig, DnsRecords: [{ Type: 'A', TTL: '5' }] };
    const update = (properties: JsonMap) =>
      service.update?.(
        resourceContext({
          call,
          physicalId: registry.physicalId,
          properties,
          before: { ...ofService, ServiceAttributes: { a: '1' } },
        }),
      );
    await update({ ...ofService, DnsConfig: later });
    t.match((await call('', 'GetService', { Id: registry.physicalId }))['Service'], {
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] },
    });
    t.match(
      (await call('', 'GetServiceAttributes', { ServiceId: registry.physicalId }))['ServiceAttributes'],
      {
        Attributes: { b: '2' },
      },
    );
    t.match(await update({ ...ofService, DnsConfig: { ...DnsConfig, RoutingPolicy: 'WEIGHTED' } }), {
      kind: 'replace',
    });

    const instance = discoveryInstance();
    const ofInstance = {
      ServiceId: registry.physicalId,
      InstanceId: 'one',
      InstanceAttributes: { AWS_INSTANCE_IPV4: '10.0.0.1', weight: 3 },
    };
    const made = await create(instance, { call, properties: ofInstance });
    t.equal(made.physicalId, 'one');
    const inService = { ServiceId: registry.physicalId, InstanceId: 'one' };
    t.match((await call('', 'GetInstance', inService))['Instance'], { Attributes: { weight: '3' } });

    const inUse = resourceContext({ call, physicalId: registry.physicalId });
    t.match(await service.remove(inUse), { afterMs: 500 }, 'what is in it may be on its way out');
    await t.rejects(service.remove({ ...inUse, now: new Date(60_000) }), { code: 'ResourceInUse' });
    const gone = resourceContext({ call, physicalId: 'one', properties: ofInstance });
    t.equal(await instance.remove(gone), 'done');
    t.equal(await instance.remove(gone), 'done');
    t.equal(await service.remove(inUse), 'done');
    t.equal(await privateNamespace.remove(resourceContext({ call, physicalId: Id })), 'done');
    t.equal(await privateNamespace.remove(resourceContext({ call, physicalId: Id })), 'done');
  },
);

t.test('what an earlier run made is known again, what another made is not taken over', async (t) => {
  const call = createCloudMap();
  const handler = discoveryNamespace(toApi, 'HttpNamespace');
  const given = { call, properties: { Name: 'plain' } };
  const first = await create(handler, given);
  t.same(await create(handler, { ...given, isRetry: true }), first);
  t.notOk(Object.hasOwn(first.attributes ?? {}, 'HostedZoneId'));
  const others = { ...given, token: 'another' };
  for (const isRetry of [false, true])
    await t.rejects(create(handler, { ...others, isRetry }), { message: /already exists/ });
  const service = discoveryService(toApi);
  const ofService = { call, properties: { NamespaceId: first.physicalId } };
  const made = await create(service, ofService);
  t.match(made.attributes?.['Name'], /^demo-Thing-[A-Z0-9]{12}$/);
  t.same(await create(service, { ...ofService, isRetry: true }), made);
  await t.rejects(
    create(service, {
      ...ofService,
      properties: { ...ofService.properties, Name: made.attributes?.['Name'] ?? '' },
      token: 'another',
    }),
    {
      message: /already exists/,
    },
  );
});

t.test('an upstream’s Cloud Map may take its time, and may fail', async (t) => {
  const statuses = ['PENDING', 'SUCCESS'];
  const call: Call = (_service, action) =>
    Promise.resolve(
      action === 'GetOperation'
        ? {
            Operation: {
              Status: statuses.shift() ?? 'FAIL',
              ErrorMessage: 'no zone',
              Targets: { NAMESPACE: 'ns-1' },
            },
          }
        : action === 'GetNamespace'
          ? { Namespace: { Id: 'ns-1', Arn: 'arn' } }
          : { OperationId: 'o' },
    );
  t.match(await create(privateNamespace, { call, properties: PRIVATE }), { physicalId: 'ns-1' });
  await t.rejects(create(privateNamespace, { call, properties: PRIVATE }), { message: 'no zone' });
});

t.test('where an upstream serves no Cloud Map the resources are recorded only', async (t) => {
  const call: Call = () =>
    Promise.reject(new AwsError('InternalFailure', 'not implemented', { status: 501 }));
  const recorded = await create(privateNamespace, {
    call,
    type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
    properties: PRIVATE,
  });
  t.match(recorded, { physicalId: /^ns-/, note: /^Recorded only/, attributes: { HostedZoneId: /^Z/ } });
  const context = resourceContext({
    call,
    physicalId: recorded.physicalId,
    properties: { ...PRIVATE, Description: 'x' },
  });
  t.match(await privateNamespace.update?.(context), { kind: 'done', physicalId: recorded.physicalId });
  t.equal(await privateNamespace.remove(context), 'done');
});

t.test('a service without a name gets one that Cloud Map takes, however long its logical id', async (t) => {
  const call = createCloudMap();
  const namespace = await create(privateNamespace, { call, properties: PRIVATE });
  const made = await create(discoveryService(toApi), {
    call,
    token: randomUUID(),
    stackName: 'a-stack-with-a-name',
    logicalId: 'KeycloakServiceCloudmapServiceOfTheFrontEnd002D27A5',
    properties: {
      NamespaceId: namespace.physicalId,
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
    },
  });
  // A label of DNS.
  t.match(made.attributes?.['Name'], /^a-stack-with-a-name-Keycloak.{35}$/);
});
