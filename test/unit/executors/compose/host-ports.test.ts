import type { ComposeSpecification } from 'docker-compose';
import t from 'tap';
import {
  chooseHostPorts,
  movablePorts,
  portRanges,
  portsToPin,
  readHostPorts,
  sharedPorts,
  takenPort,
  withHostPorts,
} from '../../../../src/executors/compose/host-ports.ts';

const project = (published?: string): ComposeSpecification => ({
  services: {
    app: {
      ports: [
        { target: 80, protocol: 'tcp' },
        { target: 9229, protocol: 'tcp', ...(published !== undefined && { published }) },
        { target: 80, protocol: 'tcp', published: '0' },
      ],
      volumes: [{ type: 'bind', source: '/code', target: '/code' }],
    },
    db: { ports: [{ target: 5432, protocol: 'tcp' }], volumes: [{ type: 'volume', target: '/data' }] },
  },
});

t.test('random ports of containers that mount host paths are pinned, and read back', (t) => {
  t.same(portsToPin(project('9229'), []), ['app/0/80/tcp', 'app/2/80/tcp']);
  t.ok(portsToPin(project('9229'), ['db']).includes('db/0/5432/tcp'), 'an override gave it a mount');
  const pins = new Map([
    ['app/0/80/tcp', '40001'],
    ['app/2/80/tcp', '40002'],
  ]);
  const pinned = withHostPorts(project('9229'), pins);
  t.same(
    pinned.services?.['app']?.ports?.map((port) => (typeof port === 'object' ? port.published : port)),
    ['40001', '9229', '40002'],
  );
  t.same(pinned.services?.['db'], project().services?.['db']);
  t.same(portsToPin(pinned, []), []);
  t.same(
    [...readHostPorts(JSON.stringify(pinned))],
    [
      ['app/0/80/tcp', '40001'],
      ['app/1/9229/tcp', '9229'],
      ['app/2/80/tcp', '40002'],
    ],
  );
  t.same([...readHostPorts('{ not yaml')], []);
  t.end();
});

t.test('a taken port of the flags may move, one of the definition may not', (t) => {
  const definition = {
    containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 80, hostPort: 8080 }] }],
  };
  t.same(movablePorts(project('9229'), definition, '9229', ['app']), ['app/1/9229/tcp']);
  t.same(movablePorts(project('9229'), definition, '9229', ['db']), []);
  const asked = {
    containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 9229, hostPort: 9229 }] }],
  };
  t.same(movablePorts(project('9229'), asked, '9229', ['app']), []);
  t.end();
});

t.test("the engine's words for a taken port", (t) => {
  const words = [
    'driver failed programming external connectivity on endpoint x (1f): Bind for 0.0.0.0:9229 failed: port is already allocated',
    'driver failed programming external connectivity on endpoint x (1f): Error starting userland proxy: listen tcp4 0.0.0.0:9229: bind: address already in use',
    'failed to set up container networking: failed to bind host port for 0.0.0.0:9229:172.18.0.2:9229/tcp: address already in use',
    'failed to bind host port 0.0.0.0:9229/tcp: address already in use',
  ];
  for (const text of words) t.equal(takenPort(`Error response from daemon: ${text}`), '9229', text);
  t.equal(takenPort('no such image'), undefined);
  t.end();
});

const ports = (...numbers: number[]) => numbers.map((target) => ({ target, protocol: 'tcp' }));

t.test('ports of a range belong together, at the container or at the pause container', async (t) => {
  const portMappings = [{ containerPortRange: '80-82' }, { containerPort: 90 }];
  const containerDefinitions = [{ name: 'app', portMappings }, { name: 'db' }];
  const own = { services: { app: { ports: ports(80, 81, 82, 90) }, db: { ports: ports(80) } } };
  const keys = ['app/0/80/tcp', 'app/1/81/tcp', 'app/2/82/tcp'];
  t.same(portRanges(own, { containerDefinitions }), [keys]);
  const shared = { services: { app: {}, 'ecs.pause': { ports: ports(80, 81, 82, 90) } } };
  t.same(portRanges(shared, { containerDefinitions, networkMode: 'awsvpc' }), [
    keys.map((key) => key.replace('app', 'ecs.pause')),
  ]);
  const chosen = await chooseHostPorts(['app/1/81/tcp', 'app/3/90/tcp'], [keys]);
  t.same([...chosen.keys()].sort(), [...keys, 'app/3/90/tcp']);
  const numbers = keys.map((key) => Number(chosen.get(key)));
  t.same(
    numbers,
    [0, 1, 2].map((index) => (numbers[0] ?? 0) + index),
    'one after the other',
  );
  t.end();
});

t.test('a port of the pause container may move, though the definition has its number', (t) => {
  const definition = {
    networkMode: 'awsvpc' as const,
    containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 80, hostPort: 80 }] }],
  };
  const specification = {
    services: { app: {}, 'ecs.pause': { ports: [{ target: 80, published: '80' }, { target: 81 }] } },
  };
  t.same(sharedPorts(specification), [{ key: 'ecs.pause/0/80/tcp', hostPort: '80/tcp' }]);
  t.same(movablePorts(specification, definition, '80', ['app', 'ecs.pause']), ['ecs.pause/0/80/tcp']);
  t.end();
});
