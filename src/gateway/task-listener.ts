import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { nodeHttp } from '../lib/node-http.ts';

/**
 * Lets the tasks of a sidecar on the host call it: the gateway's own address is loopback, which is another one in every
 * container. Listens on the host's address on their network, and hears only who is on that network. Closes with the
 * gateway. Rejects when the address cannot be listened on.
 */
export async function listenForTasks(
  gateway: FastifyInstance,
  { address, subnet, port }: { readonly address: string; readonly subnet: string; readonly port: number },
): Promise<void> {
  const [network = '', prefix = ''] = subnet.split('/');
  const onNetwork = new BlockList();
  onNetwork.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
  const server = nodeHttp().createServer((request, response) => {
    gateway.server.emit('request', request, response);
  });
  server.on('connection', (socket) => {
    const { remoteAddress = '' } = socket;
    if (!onNetwork.check(remoteAddress, isIPv6(remoteAddress) ? 'ipv6' : 'ipv4')) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, address, resolve);
  });
  gateway.server.once('close', () => {
    server.close();
    server.closeAllConnections();
  });
}
