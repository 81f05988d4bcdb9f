import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import t from 'tap';
import { notBuilt, operations } from '../../../src/apis/ecs/operations.ts';
import { generate, type ServiceName } from '../../../schemas/generate.ts';

const read = (service: ServiceName): Promise<string> =>
  readFile(new URL(`../../../schemas/${service}.json`, import.meta.url), 'utf8');

const requests = (text: string): string[] =>
  Object.keys((JSON.parse(text) as { definitions: object }).definitions).filter((name) =>
    name.endsWith('Request'),
  );

t.test('the committed schemas are what the SDK gives today', async (t) => {
  for (const service of ['ecs', 'logs'] as const) {
    t.ok(generate(service) === (await read(service)), `${service}: run npm run schemas`);
  }
});

t.test('every one of the 88 ECS actions has a request schema, and every schema compiles', async (t) => {
  const actions = [...Object.keys(operations), ...notBuilt];
  t.equal(actions.length, 88);
  const ecs = await read('ecs');
  const names = new Set(requests(ecs));
  t.same(
    actions.filter((action) => !names.has(`${action}Request`)),
    [],
  );
  for (const service of ['ecs', 'logs'] as const) {
    const text = await read(service);
    const ajv = new Ajv({ strict: false });
    ajv.addSchema({ ...(JSON.parse(text) as object), $id: service });
    for (const name of requests(text)) t.ok(ajv.getSchema(`${service}#/definitions/${name}`), name);
  }
});

t.test('types, required members, enumerations and bounds are checked', async (t) => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ ...(JSON.parse(await read('ecs')) as object), $id: 'ecs' });
  const errors = (action: string, input: unknown): string[] => {
    const validate = ajv.getSchema(`ecs#/definitions/${action}Request`)!;
    void validate(input);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
  t.same(errors('RunTask', { count: 'x' }), [
    " must have required property 'taskDefinition'",
    '/count must be integer',
  ]);
  t.same(errors('RunTask', { taskDefinition: 'a', count: 1.5 }), ['/count must be integer']);
  t.same(errors('RunTask', { taskDefinition: 'a', launchType: 'MOON' }), [
    '/launchType must be equal to one of the allowed values',
  ]);
  t.same(errors('DescribeClusters', { include: ['TAGS', 'X'] }), [
    '/include/1 must be equal to one of the allowed values',
  ]);
  const scale = (value: unknown) => ({ cluster: 'c', service: 's', taskSet: 't', scale: { value } });
  t.same(errors('UpdateTaskSet', scale(12.5)), [], 'a double may have a fraction');
  const strategy = (weight: number) => ({
    taskDefinition: 'a',
    capacityProviderStrategy: [{ capacityProvider: 'p', weight }],
  });
  t.same(errors('RunTask', strategy(1000)), []);
  t.same(errors('RunTask', strategy(1001)), ['/capacityProviderStrategy/0/weight must be <= 1000']);
  t.same(
    errors('RunTask', { taskDefinition: 'a', unknown: 1 }),
    [],
    'unknown members are ignored, as AWS does',
  );
});
