// What the sidecar's reads and start are measured against: fastify with one route, answering the bytes of a file.
import { readFileSync } from 'node:fs';
import fastify from 'fastify';

const body = process.argv[2] ? readFileSync(process.argv[2]) : Buffer.from('{}');
const server = fastify({ logger: false });
server.addContentTypeParser('application/x-amz-json-1.1', { parseAs: 'string' }, (request, text, done) => {
  done(null, JSON.parse(text));
});
server.post('/', (request, reply) => reply.header('content-type', 'application/x-amz-json-1.1').send(body));
server.get('/_ecsidecar/health', () => ({ status: 'ok' }));
const address = await server.listen({ port: 0, host: '127.0.0.1' });
process.stdout.write(`ready at ${address}\n`);
