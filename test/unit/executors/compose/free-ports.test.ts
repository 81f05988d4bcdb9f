import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import t from 'tap';
import { freePort, freePortRange, isFree } from '../../../../src/executors/compose/free-ports.ts';

t.test('a free port is one that can be listened on', async (t) => {
  const port = await freePort();
  t.match(port, /^\d{4,5}$/);
  t.ok(await isFree(Number(port), 'tcp'));
});

t.test('a port that somebody listens on is not free, whatever the address', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  t.notOk(await isFree((server.address() as AddressInfo).port, 'tcp'));
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  t.notOk(await isFree(socket.address().port, 'udp'));
});

t.test('a range has as many free ports as are asked for', async (t) => {
  const first = await freePortRange(5, 'tcp');
  for (let port = first; port < first + 5; port++) t.ok(await isFree(port, 'tcp'), String(port));
  await t.rejects(freePortRange(65_536, 'tcp'), { message: /^no 65536 free ports/ });
});
