import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

/**
 * @typedef {{ status: number, body: string }} Answer
 * @typedef {{ method?: string, body?: import('node:stream').Readable, idleMs?: number }} Request
 */

/**
 * Asks the Docker engine at an address as DOCKER_HOST writes it. Rejects when there is no answer, or none goes on
 * coming for `idleMs`.
 * @param {string} host
 * @param {string} path
 * @param {Request} [request]
 * @returns {Promise<Answer>}
 */
export function ask(host, path, { method = 'GET', body, idleMs = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const { transport, options } = address(host);
    const request = transport.request({ ...options, path, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
      response.on('error', reject);
    });
    request.setTimeout(idleMs, () => {
      request.destroy(Object.assign(new Error(`no answer within ${idleMs / 1000} s`), { code: 'ETIMEDOUT' }));
    });
    request.on('error', reject);
    if (body) body.on('error', reject).pipe(request);
    else request.end();
  });
}

/** @param {string} host */
function address(host) {
  if (host.startsWith('unix://')) return { transport: http, options: { socketPath: host.slice(7) } };
  if (host.startsWith('npipe://')) {
    return { transport: http, options: { socketPath: host.slice(8).replaceAll('/', '\\') } };
  }
  const { hostname, port, protocol } = new URL(host);
  const certificates = process.env['DOCKER_CERT_PATH'];
  if (protocol !== 'https:' && !process.env['DOCKER_TLS_VERIFY']) {
    return { transport: http, options: { hostname, port: port || '2375' } };
  }
  const read = (/** @type {string} */ name) =>
    certificates === undefined ? undefined : readFileSync(join(certificates, name));
  const options = {
    hostname,
    port: port || '2376',
    ca: read('ca.pem'),
    cert: read('cert.pem'),
    key: read('key.pem'),
  };
  return { transport: https, options };
}
