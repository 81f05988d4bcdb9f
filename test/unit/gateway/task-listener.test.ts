import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import t from 'tap';
import { listenForTasks } from '../../../src/gateway/task-listener.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

t.test('callers on the network are heard, others are cut off; all ends with the gateway', async (t) => {
  const gateway = fastify();
  gateway.get('/', () => 'hello');
  await gateway.listen({ host: '127.0.0.1', port: 0 });
  const [open, shut] = [await freePort(), await freePort()];
  await listenForTasks(gateway, { address: '127.0.0.2', subnet: '127.0.0.0/8', port: open });
  await listenForTasks(gateway, { address: '127.0.0.2', subnet: '172.18.0.0/16', port: shut });
  t.equal(await (await fetch(`http://127.0.0.2:${open}/`)).text(), 'hello');
  await t.rejects(fetch(`http://127.0.0.2:${shut}/`));
  await t.rejects(listenForTasks(gateway, { address: '127.0.0.2', subnet: '127.0.0.0/8', port: open }), {
    code: 'EADDRINUSE',
  });
  await gateway.close();
  await t.rejects(fetch(`http://127.0.0.2:${open}/`));
});
