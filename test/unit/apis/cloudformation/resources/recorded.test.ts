import t from 'tap';
import { createKnownTypes } from '../../../../../src/apis/cloudformation/resources/known-types.ts';
import {
  RECORDED_TYPES,
  REFUSED_TYPES,
} from '../../../../../src/apis/cloudformation/resources/recorded-types.ts';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import type { Json, JsonMap } from '../../../../../src/model/stack.ts';
import { resourceContext } from './context.ts';

const handlers = createHandlers();
const knownTypes = createKnownTypes();

/** A resource as it is recorded: its id, the note of its event, and what `Fn::GetAtt` gives. */
async function record(type: string, properties: JsonMap = {}, reads: readonly string[] = []) {
  const handler = handlers.of(type);
  const context = resourceContext({ type, properties, reads, physicalId: undefined });
  const physicalId = handler.nameOf?.(context) ?? '';
  const outcome = await handler.create({ ...context, physicalId });
  const attributes = (outcome.kind === 'done' && outcome.attributes) || {};
  return {
    physicalId,
    note: outcome.kind === 'done' ? outcome.note : undefined,
    attribute: (name: string): Json | undefined =>
      Object.hasOwn(attributes, name)
        ? attributes[name]
        : handler.attributeOf?.({ ...context, physicalId }, name),
  };
}

t.test('a type that nobody wrote a row for is recorded by what the specification says of it', async (t) => {
  const trail = await record('AWS::CloudTrail::Trail', { TrailName: 'all', SnsTopicName: 'news' });
  t.equal(trail.physicalId, 'all');
  t.equal(trail.attribute('Arn'), 'arn:aws:cloudtrail:us-east-1:000000000000:trail/all');
  t.match(trail.attribute('SnsTopicArn'), /^arn:aws:sns:us-east-1:000000000000:/);
  t.equal(trail.note, 'Recorded only by ecsidecar: nothing is made for it here.');
  t.equal(trail.attribute('Nope'), undefined, 'an attribute that the type does not have');

  const domain = await record('AWS::OpenSearchService::Domain');
  t.match(domain.physicalId, /^demo-Thing-/, 'a name is made where none is given');
  t.match(
    domain.attribute('DomainEndpoint'),
    /^[a-z0-9-]+\.[0-9a-f]{10}\.us-east-1\.opensearchservice\.amazonaws\.com$/,
  );

  const cache = await record('AWS::ElastiCache::ServerlessCache');
  t.equal(cache.attribute('Endpoint.Port'), '6379');
  const broker = await record('AWS::AmazonMQ::Broker');
  t.match(broker.attribute('AmqpEndpoints'), [/amazonmq/, /amazonmq/], 'a list has items to select');
  t.match(await record('AWS::Cognito::IdentityPool').then((pool) => pool.physicalId), /^[0-9a-f]{16}$/);
});

t.test('what a template says of a resource is what an attribute of that name gives', async (t) => {
  const reserved = await record('AWS::EC2::CapacityReservation', { Tenancy: 'dedicated' });
  t.equal(reserved.attribute('Tenancy'), 'dedicated');
});

t.test('a change of the property that names it makes a new one', (t) => {
  const isNew = (before: JsonMap, after: JsonMap): boolean =>
    handlers.needsReplacement('AWS::CloudTrail::Trail', before, after);
  t.ok(isNew({ TrailName: 'a' }, { TrailName: 'b' }));
  t.notOk(isNew({ TrailName: 'a' }, { TrailName: 'a', IsLogging: true }));
  t.end();
});

t.test('a row that is written here also has the attributes that it does not name', async (t) => {
  const repository = await record('AWS::RDS::DBInstance', { DBInstanceIdentifier: 'db' });
  t.match(repository.attribute('DbiResourceId'), /^[0-9a-f]{16}$/);
  t.match(repository.attribute('MasterUserSecret.SecretArn'), /^arn:aws:secretsmanager:/);
});

t.test('every attribute of every type gives a value of its kind, and the same one again', async (t) => {
  const kinds = {
    text: (value: unknown) => typeof value === 'string' && value !== '' && !/undefined|[{}]/.test(value),
    number: (value: unknown) => typeof value === 'number',
    flag: (value: unknown) => typeof value === 'boolean',
    list: (value: unknown) => Array.isArray(value) && value.length > 0,
    map: (value: unknown) => typeof value === 'object' && !Array.isArray(value),
  };
  const wrong: string[] = [];
  for (const type of knownTypes.names()) {
    if (handlers.acting.includes(type) || type in RECORDED_TYPES || type in REFUSED_TYPES) continue;
    const known = knownTypes.of(type);
    const resource = await record(type);
    const again = await record(type);
    if (resource.physicalId === '' || resource.physicalId !== again.physicalId) wrong.push(type);
    for (const [kind, isOfKind] of Object.entries(kinds))
      for (const name of known?.[kind as keyof typeof kinds] ?? []) {
        const value = resource.attribute(name);
        if (!isOfKind(value) || JSON.stringify(value) !== JSON.stringify(again.attribute(name)))
          wrong.push(`${type}.${name}: ${JSON.stringify(value)}`);
      }
  }
  t.same(wrong, []);
});

t.test('a type without which the app would not be what its template describes is refused', async (t) => {
  for (const type of Object.keys(REFUSED_TYPES))
    await t.rejects(record(type), {
      message: new RegExp(`^ecsidecar does not make the resource type ${type}: `),
    });
  await t.rejects(record('MyCompany::Thing::Wheel'), {
    message:
      'ecsidecar does not know the resource type MyCompany::Thing::Wheel. Leave it out with a condition.',
  });
});

t.test('what a template reads of a custom resource that nobody here knows is told', async (t) => {
  const custom = await record('Custom::Wheel', {}, ['Radius']);
  t.equal(
    custom.note,
    'Recorded only by ecsidecar: its function does not run here. What the template reads of it is not what the function would answer: Radius.',
  );
  t.equal(custom.attribute('DesiredCount'), '1', 'a number where one is wanted');
  t.equal(custom.attribute('Radius'), `${custom.physicalId}-Radius`);
});
