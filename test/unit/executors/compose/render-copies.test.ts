import t from 'tap';
import { copiesOf } from '../../../../src/executors/compose/render-copies.ts';

t.test('services that share nothing are scaled by Compose', (t) => {
  t.same(copiesOf({ web: { image: 'i' }, db: { image: 'i' } }, 3), {
    web: { image: 'i', scale: 3 },
    db: { image: 'i', scale: 3 },
  });
  t.same(copiesOf({ web: { network_mode: 'service:ecs.pause' }, 'ecs.pause': {} }, 1), {
    web: { network_mode: 'service:ecs.pause', scale: 1 },
    'ecs.pause': { scale: 1 },
  });
  t.end();
});

t.test(
  'services that share a network are written out, each copy with its own and with any host port',
  (t) => {
    const services = {
      'web-1': {
        network_mode: 'service:ecs.pause',
        pid: 'host',
        ipc: 'service:ecs.pause',
        depends_on: { db: { condition: 'service_started' as const } },
        volumes_from: ['db:ro'],
        links: ['db', 'db:data'],
      },
      db: { network_mode: 'service:ecs.pause' },
      'ecs.pause': { ports: [{ target: 80, published: '80', protocol: 'tcp' }], networks: { default: {} } },
    };
    const copies = copiesOf(services, 2);
    t.same(Object.keys(copies).sort(), ['db.1', 'db.2', 'ecs.pause.1', 'ecs.pause.2', 'web-1.1', 'web-1.2']);
    t.same(copies['web-1.2'], {
      network_mode: 'service:ecs.pause.2',
      pid: 'host',
      ipc: 'service:ecs.pause.2',
      depends_on: { 'db.2': { condition: 'service_started' } },
      volumes_from: ['db.2:ro'],
      links: ['db.2:db', 'db.2:data'],
    });
    t.same(copies['ecs.pause.1'], { ports: [{ target: 80, protocol: 'tcp' }], networks: { default: {} } });
    t.end();
  },
);
