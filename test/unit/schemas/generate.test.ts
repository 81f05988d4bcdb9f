import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import t from 'tap';
import { generate, print, type ServiceName } from '../../../schemas/generate.ts';
import { printResourceTypes } from '../../../schemas/resource-types.ts';
import { notBuilt, operations } from '../../../src/apis/ecs/operations.ts';

const SERVICES: readonly ServiceName[] = [
  'ecs',
  'logs',
  'application-autoscaling',
  'cloudformation',
  'ssm',
  'secretsmanager',
  'ecr',
  'servicediscovery',
];

const read = (service: ServiceName): string =>
  readFileSync(new URL(`../../../schemas/${service}.json`, import.meta.url), 'utf8');

const definitionNames = (service: ServiceName): string[] =>
  Object.keys((JSON.parse(read(service)) as { definitions: object }).definitions);

/** What the committed schema of an action says of an input, as `/path message`. */
function createCheck(service: ServiceName): (action: string, input: unknown) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(JSON.parse(read(service)) as object);
  return (action, input) => {
    const validate = ajv.getSchema(`${service}#/definitions/${action}Request`);
    if (!validate) throw new Error(`${action} has no schema`);
    void validate(input);
    return (validate.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath} ${message ?? ''}`.trim(),
    );
  };
}

t.test('the committed schemas are what the SDK gives today', (t) => {
  for (const service of SERVICES) {
    t.ok(print(generate(service)) === read(service), `${service}: run npm run schemas`);
  }
  t.end();
});

t.test('the committed resource types are what the specification gives today', async (t) => {
  const committed = readFileSync(new URL('../../../schemas/resource-types.json', import.meta.url), 'utf8');
  t.ok((await printResourceTypes()) === committed, 'run npm run schemas');
});

t.test('exactly the 88 ECS actions have a request schema', (t) => {
  const actions = [...Object.keys(operations), ...notBuilt];
  t.equal(actions.length, 88);
  const names = new Set(definitionNames('ecs'));
  t.same(
    actions.filter((action) => !names.has(`${action}Request`)),
    [],
  );
  // Names of actions start with a verb; the SDK's other structures named so do not.
  const verbs =
    /^(Associate|Continue|Create|Delete|Deregister|Describe|Disassociate|Discover|Execute|Get|List|Put|Register|Run|Start|Stop|Submit|Tag|Untag|Update)[A-Z].*Request$/;
  t.equal([...names].filter((name) => verbs.test(name)).length, 88);
  t.end();
});

t.test('every definition compiles, and every reference has its definition', (t) => {
  for (const service of SERVICES) {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema(JSON.parse(read(service)) as object);
    for (const name of definitionNames(service)) t.ok(ajv.getSchema(`${service}#/definitions/${name}`), name);
  }
  t.end();
});

t.test('types and required members are checked; unknown members are ignored, as AWS does', (t) => {
  const check = createCheck('ecs');
  t.same(check('RunTask', { count: 'x' }), [
    "must have required property 'taskDefinition'",
    '/count must be integer',
  ]);
  t.same(check('RunTask', { taskDefinition: 'a', count: 1.5 }), ['/count must be integer']);
  t.same(check('RunTask', { taskDefinition: 'a', unknown: 1 }), []);
  t.same(check('DescribeClusters', {}), []);
  t.same(
    check('RegisterTaskDefinition', { family: 'f', containerDefinitions: [{ dockerLabels: { a: 1 } }] }),
    ['/containerDefinitions/0/dockerLabels/a must be string'],
  );
  t.end();
});

t.test('doubles may have a fraction, and timestamps are epoch seconds or texts', (t) => {
  const check = createCheck('ecs');
  const scale = (value: unknown) => ({ cluster: 'c', service: 's', taskSet: 't', scale: { value } });
  t.same(check('UpdateTaskSet', scale(12.5)), []);
  t.same(check('UpdateTaskSet', scale('12.5')), ['/scale/value must be number']);
  t.same(check('SubmitTaskStateChange', { pullStartedAt: 1789551555.929 }), []);
  t.same(check('SubmitTaskStateChange', { pullStartedAt: '2026-09-16T09:39:15Z' }), []);
  t.same(check('SubmitTaskStateChange', { pullStartedAt: true }), ['/pullStartedAt must be number,string']);
  t.end();
});

t.test('enumerations are checked: of members, of lists and of unions', (t) => {
  const check = createCheck('ecs');
  const refused = 'must be equal to one of the allowed values';
  t.same(check('RunTask', { taskDefinition: 'a', launchType: 'FARGATE' }), []);
  t.same(check('RunTask', { taskDefinition: 'a', launchType: 'MOON' }), [`/launchType ${refused}`]);
  t.same(check('DescribeClusters', { include: ['TAGS', 'X'] }), [`/include/1 ${refused}`]);
  const service = (logLevel: string) => ({
    serviceName: 's',
    serviceConnectConfiguration: { enabled: true, containerConfigurations: [{ logLevel }] },
  });
  const [message] = check('CreateService', service('LOUD'));
  t.equal(message, `/serviceConnectConfiguration/containerConfigurations/0/logLevel ${refused}`);
  t.end();
});

t.test('values that are told to clients are in the order ECS tells them', (t) => {
  const { definitions } = generate('ecs');
  t.match(definitions['RunTaskRequest'], {
    properties: { launchType: { enum: ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'] } },
  });
  t.match(definitions['CreateServiceRequest'], {
    properties: { schedulingStrategy: { enum: ['REPLICA', 'DAEMON'] } },
  });
  t.end();
});

t.test("bounds of AWS's model are checked at both ends", (t) => {
  const check = createCheck('ecs');
  const weighed = (weight: number) =>
    check('RunTask', { taskDefinition: 'a', capacityProviderStrategy: [{ capacityProvider: 'p', weight }] });
  t.same([weighed(0), weighed(1000)], [[], []]);
  t.same(weighed(-1), ['/capacityProviderStrategy/0/weight must be >= 0']);
  t.same(weighed(1001), ['/capacityProviderStrategy/0/weight must be <= 1000']);
  const drained = (drainPercent: number) =>
    check('UpdateDaemon', {
      daemonArn: 'a',
      daemonTaskDefinitionArn: 'd',
      capacityProviderArns: ['c'],
      deploymentConfiguration: { drainPercent },
    });
  t.same(drained(99.5), []);
  t.same(drained(100.5), ['/deploymentConfiguration/drainPercent must be <= 100']);
  t.end();
});

t.test('tags have at most 50 items, keys of 1 to 128 and values of up to 256 of their characters', (t) => {
  const check = createCheck('ecs');
  const tagged = (key: string, value = '') =>
    check('TagResource', { resourceArn: 'a', tags: [{ key, value }] });
  t.same(tagged('Größe 大:/=+-@', 'ж'.repeat(256)), []);
  t.same(tagged(''), ['/tags/0/key must NOT have fewer than 1 characters']);
  t.same(tagged('k'.repeat(129)), ['/tags/0/key must NOT have more than 128 characters']);
  t.same(tagged('k', 'v'.repeat(257)), ['/tags/0/value must NOT have more than 256 characters']);
  t.match(tagged('a*'), [/^\/tags\/0\/key must match pattern/]);
  t.match(check('UntagResource', { resourceArn: 'a', tagKeys: ['a*'] }), [
    /^\/tagKeys\/0 must match pattern/,
  ]);
  const many = (count: number) => ({
    clusterName: 'c',
    tags: Array.from({ length: count }, (_, index) => ({ key: `k${index}` })),
  });
  t.same(check('CreateCluster', many(50)), []);
  t.same(check('CreateCluster', many(51)), ['/tags must NOT have more than 50 items']);
  t.end();
});

t.test('of Logs the types are checked and the bounds are left to the actions', (t) => {
  const check = createCheck('logs');
  const events = (timestamp: unknown) => ({
    logGroupName: 'g',
    logStreamName: 's',
    logEvents: [{ timestamp, message: 'm' }],
  });
  t.same(check('PutLogEvents', events(1789551555929)), []);
  t.same(check('PutLogEvents', events(0.5)), ['/logEvents/0/timestamp must be integer']);
  t.same(check('GetLogEvents', { logGroupName: 'g' }), ["must have required property 'logStreamName'"]);
  t.same(check('GetLogEvents', { logStreamName: 's', limit: 1_000_000 }), []);
  t.end();
});
