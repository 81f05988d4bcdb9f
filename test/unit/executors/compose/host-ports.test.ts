import type { ComposeSpecification } from 'docker-compose';
import t from 'tap';
import {
  movablePorts,
  portsToPin,
  readHostPorts,
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
  t.same(portsToPin(project('9229')), ['app/0/80/tcp', 'app/2/80/tcp']);
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
  t.same(portsToPin(pinned), []);
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
