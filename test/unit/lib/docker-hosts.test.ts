import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findEngine } from '../../../src/executors/compose/engine.ts';
import { contextDockerHost, usualDockerHosts } from '../../../src/lib/docker-hosts.js';

/** A Docker configuration folder as `docker context create` and `docker context use` leave it. */
const withContext = (
  t: { testdir: (content: Record<string, string>) => string },
  name: string,
  host: string,
): string => {
  const folder = t.testdir({ 'config.json': JSON.stringify({ currentContext: name }) });
  const meta = join(folder, 'contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
  return folder;
};

t.test('the current docker context names the engine; DOCKER_HOST comes before it', (t) => {
  const DOCKER_CONFIG = withContext(t, 'colima', 'unix:///there.sock');
  t.equal(contextDockerHost({ DOCKER_CONFIG }), 'unix:///there.sock');
  t.equal(findEngine({ DOCKER_CONFIG }), 'unix:///there.sock');
  t.equal(findEngine({ DOCKER_CONFIG, DOCKER_HOST: 'tcp://1.2.3.4:2375' }), 'tcp://1.2.3.4:2375');
  t.equal(contextDockerHost({ DOCKER_CONFIG, DOCKER_CONTEXT: 'default' }), undefined);
  t.equal(contextDockerHost({ DOCKER_CONFIG, DOCKER_CONTEXT: 'none' }), undefined);
  t.equal(contextDockerHost({ DOCKER_CONFIG: join(DOCKER_CONFIG, 'absent') }), undefined);
  t.end();
});

t.test('rootless sockets are among the usual ones', (t) => {
  t.ok(usualDockerHosts({ XDG_RUNTIME_DIR: '/run/user/7' }).includes('unix:///run/user/7/docker.sock'));
  t.end();
});
