import type { PlacementStrategy } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import t from 'tap';
import { parseClusterQuery } from '../../../src/model/cluster-query.ts';
import type { ContainerInstanceView } from '../../../src/model/container-instance.ts';
import { closest, needsOf, placeTasks, type PlacementRequest } from '../../../src/model/placement.ts';
import { instanceView } from '../../support/instances.ts';

const request = (
  needs: Partial<PlacementRequest['needs']> = {},
  more: Partial<PlacementRequest> = {},
): PlacementRequest => ({
  needs: { cpuUnits: 0, memoryMib: 0, ports: [], gpus: 0, attributes: [], ...needs },
  group: 'g',
  constraints: { isDistinct: false, memberOf: [] },
  strategy: [],
  ...more,
});

const first = (): number => 0;
const place = (views: readonly ContainerInstanceView[], wanted: PlacementRequest, count = 1) => {
  const { placed, failures } = placeTasks(views, wanted, count, first);
  return {
    ids: placed.map(({ view }) => view.instance.id),
    reasons: failures.map(({ view, reason }) => [view.instance.id, reason]),
  };
};

t.test('what a task needs is its own size, else its containers’ (ECS developer guide)', (t) => {
  const containerDefinitions = [
    { name: 'a', cpu: 10, memory: 100, memoryReservation: 60 },
    { name: 'b', cpu: 5, memory: 40, resourceRequirements: [{ type: 'GPU' as const, value: '2' }] },
  ];
  t.strictSame(needsOf({ containerDefinitions }), {
    cpuUnits: 15,
    memoryMib: 100,
    ports: [],
    gpus: 2,
    attributes: [],
  });
  t.match(needsOf({ containerDefinitions, cpu: '256', memory: '1GB' }), { cpuUnits: 256, memoryMib: 1024 });
  t.end();
});

t.test('fixed host ports are the instance’s in the modes bridge and host, and nowhere else', (t) => {
  const portMappings = [
    { containerPort: 80, hostPort: 8080 },
    { containerPort: 81 },
    { containerPort: 53, hostPort: 53, protocol: 'udp' as const },
  ];
  const portsIn = (networkMode?: 'bridge' | 'host' | 'awsvpc' | 'none') =>
    needsOf({
      ...(networkMode && { networkMode }),
      containerDefinitions: [{ name: 'a', portMappings }],
    }).ports;
  t.strictSame(portsIn(), ['8080/tcp', '53/udp']);
  t.strictSame(portsIn('bridge'), ['8080/tcp', '53/udp']);
  t.strictSame(portsIn('host'), ['80/tcp', '81/tcp', '53/udp']);
  t.strictSame(portsIn('awsvpc'), []);
  t.strictSame(portsIn('none'), []);
  t.end();
});

t.test('what does not fit is refused for its reason, in ECS’s words', (t) => {
  const view = instanceView('i', {
    resources: { gpuIds: ['gpu-1'] },
    attributes: [{ name: 'a', value: '1' }],
  });
  const reason = (wanted: PlacementRequest) => place([view], wanted).reasons[0]?.[1];
  t.equal(reason(request({ cpuUnits: 1025 })), 'RESOURCE:CPU');
  t.equal(reason(request({ memoryMib: 1025 })), 'RESOURCE:MEMORY');
  t.equal(reason(request({ cpuUnits: 1024, memoryMib: 1024, gpus: 1 })), undefined, 'it fits to the last');
  t.equal(reason(request({ ports: ['22/tcp'] })), 'RESOURCE:PORTS');
  t.equal(reason(request({ ports: ['22/udp'] })), undefined, 'that is another port');
  t.equal(reason(request({ gpus: 2 })), 'RESOURCE:GPU');
  t.equal(reason(request({ attributes: [{ name: 'b' }] })), 'ATTRIBUTE');
  t.equal(reason(request({ attributes: [{ name: 'a' }] })), undefined);
  const memberOf = [parseClusterQuery('attribute:a == 2')];
  t.equal(
    reason(request({}, { constraints: { isDistinct: false, memberOf } })),
    'MemberOf placement constraint unsatisfied.',
  );
  t.equal(
    placeTasks([{ ...view, isUnlimited: true }], request({ cpuUnits: 9999, memoryMib: 9999 }), 1, first)
      .placed.length,
    1,
  );
  const growing = request({ cpuUnits: 9999, memoryMib: 9999 }, { addsInstances: true });
  t.equal(reason(growing), 'RESOURCE:CPU', 'one that was registered has what it has');
  const { registered: _registered, ...machine } = view.instance;
  const reasonOf = (wanted: PlacementRequest) =>
    place([{ ...view, instance: machine }], wanted).reasons[0]?.[1];
  t.equal(reasonOf(growing), undefined, 'this machine stands for all that would be added');
  t.equal(reasonOf({ ...growing, needs: { ...growing.needs, gpus: 2 } }), 'RESOURCE:GPU');
  t.end();
});

t.test('each task takes from what is left; the rest fails once for each instance', (t) => {
  const views = [instanceView('a'), instanceView('b')];
  t.strictSame(place(views, request({ cpuUnits: 600 }), 3), {
    ids: ['a', 'b'],
    reasons: [
      ['a', 'RESOURCE:CPU'],
      ['b', 'RESOURCE:CPU'],
    ],
  });
  t.end();
});

t.test('a port is one task’s on all instances: they are one machine', (t) => {
  const views = [instanceView('a'), instanceView('b')];
  t.strictSame(place(views, request({ ports: ['80/tcp'] }), 2), {
    ids: ['a'],
    reasons: [
      ['a', 'RESOURCE:PORTS'],
      ['b', 'RESOURCE:PORTS'],
    ],
  });
  t.end();
});

t.test('distinctInstance places one task of a group on an instance', (t) => {
  const constraints = { isDistinct: true, memberOf: [] };
  t.strictSame(place([instanceView('a'), instanceView('b')], request({}, { constraints }), 3), {
    ids: ['a', 'b'],
    reasons: [
      ['a', 'DistinctInstance placement constraint unsatisfied.'],
      ['b', 'DistinctInstance placement constraint unsatisfied.'],
    ],
  });
  t.end();
});

t.test('strategies choose one after the other (ECS developer guide, task placement strategies)', (t) => {
  const zone = (id: string, value: string) =>
    instanceView(id, { attributes: [{ name: 'ecs.availability-zone', value }] });
  const views = [zone('a', 'z1'), zone('b', 'z1'), zone('c', 'z2')];
  const ids = (strategy: PlacementStrategy[], count: number, cpuUnits = 100) =>
    place(views, request({ cpuUnits }, { strategy }), count).ids;
  t.strictSame(ids([{ type: 'spread', field: 'instanceId' }], 4), ['a', 'b', 'c', 'a']);
  t.strictSame(ids([{ type: 'spread', field: 'attribute:ecs.availability-zone' }], 4), ['a', 'c', 'a', 'c']);
  t.strictSame(
    ids(
      [
        { type: 'spread', field: 'attribute:ecs.availability-zone' },
        { type: 'spread', field: 'instanceId' },
      ],
      4,
    ),
    ['a', 'c', 'b', 'c'],
  );
  t.strictSame(ids([{ type: 'binpack', field: 'cpu' }], 4, 400), ['a', 'a', 'b', 'b']);
  t.strictSame(ids([{ type: 'binpack', field: 'MEMORY' }], 3), ['a', 'a', 'a']);
  const last = placeTasks(views, request({}, { strategy: [{ type: 'random' }] }), 1, () => 0.999);
  t.equal(last.placed[0]?.view.instance.id, 'c');
  t.end();
});

t.test('the closest instance is the one that lacked least', (t) => {
  const small = instanceView('small', { resources: { cpuUnits: 1 } });
  const { failures } = placeTasks(
    [instanceView('other'), small],
    request({ cpuUnits: 8, ports: ['22/tcp'] }),
    1,
    first,
  );
  t.equal(closest(failures)?.view.instance.id, 'other');
  t.equal(closest(failures)?.reason, 'RESOURCE:PORTS');
  t.end();
});

t.test(
  'no instance is ever given more than it has, no port or GPU twice, and equal chance gives equal places',
  (t) => {
    const resources = fc.record({
      cpuUnits: fc.nat(2048),
      memoryMib: fc.nat(2048),
      gpuIds: fc.constantFrom([], ['g0'], ['g0', 'g1', 'g2']),
    });
    const needs = fc.record({
      cpuUnits: fc.nat(600),
      memoryMib: fc.nat(600),
      gpus: fc.nat(2),
      ports: fc.subarray(['80/tcp', '22/tcp', '53/udp']),
    });
    const strategy = fc.subarray<PlacementStrategy>([
      { type: 'spread', field: 'instanceId' },
      { type: 'binpack', field: 'cpu' },
      { type: 'binpack', field: 'memory' },
      { type: 'random' },
    ]);
    fc.assert(
      fc.property(
        fc.array(resources, { maxLength: 4 }),
        needs,
        strategy,
        fc.boolean(),
        fc.nat(10),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (instances, wanted, strategies, isDistinct, count, chance) => {
          const views = instances.map((one, index) => instanceView(String(index), { resources: one }));
          const asked = request(wanted, { strategy: strategies, constraints: { isDistinct, memberOf: [] } });
          const result = placeTasks(views, asked, count, () => chance);
          const again = placeTasks(views, asked, count, () => chance);
          const idsOf = ({ placed }: typeof result) => placed.map(({ view }) => view.instance.id);
          if (JSON.stringify(idsOf(result)) !== JSON.stringify(idsOf(again))) return false;
          const isWhole = result.placed.length === count;
          if (isWhole !== (result.failures.length === 0) && views.length > 0) return false;
          const allPorts = result.placed.flatMap(({ reserved }) => reserved.ports);
          if (new Set(allPorts).size < allPorts.length) return false;
          return views.every(({ instance, total }) => {
            const own = result.placed.filter(({ view }) => view.instance.id === instance.id);
            const ports = own.flatMap(({ reserved }) => reserved.ports);
            const gpuIds = own.flatMap(({ reserved }) => reserved.gpuIds);
            return (
              own.reduce((sum, { reserved }) => sum + reserved.cpuUnits, 0) <= total.cpuUnits &&
              own.reduce((sum, { reserved }) => sum + reserved.memoryMib, 0) <= total.memoryMib &&
              new Set([...ports, ...total.ports]).size === ports.length + total.ports.length &&
              new Set(gpuIds).size === gpuIds.length &&
              gpuIds.length === own.length * wanted.gpus &&
              (!isDistinct || own.length <= 1)
            );
          });
        },
      ),
    );
    t.end();
  },
);
