import { resolve } from 'node:path';
import t from 'tap';
import { ConfigError, readConfig, VARIABLES } from '../../src/config.ts';

const read = (environment: NodeJS.ProcessEnv) => readConfig(environment, false);

t.test('an empty environment gives the defaults', (t) => {
  t.match(read({}), {
    listen: { host: '127.0.0.1', port: 4566 },
    dataDir: /\/\.ecsidecar$/,
    networkName: undefined,
    overridesFolder: undefined,
    removeContainers: true,
    imagePullBehavior: 'prefer-cached',
    onShutdown: 'stop',
    upstreamUrl: undefined,
    allowedHosts: [],
    logsMaxBytes: 1024 * 1024 * 1024,
    logLevel: 'info',
    logFormat: 'json',
  });
  t.equal(readConfig({}, true).logFormat, 'pretty');
  t.end();
});

t.test('every variable is read', (t) => {
  t.match(
    read({
      GATEWAY_LISTEN: '[::1]:80',
      ECSIDECAR_DATA_DIR: '/data',
      MAIN_DOCKER_NETWORK: 'net_1.x',
      ECS_DOCKER_FLAGS: '-p 0:9229',
      ECS_REMOVE_CONTAINERS: '0',
      ECS_IMAGE_PULL_BEHAVIOR: 'default',
      ECS_ON_SHUTDOWN: 'keep',
      ECS_COMPOSE_OVERRIDES: 'templates',
      UPSTREAM_ENDPOINT_URL: 'http://localstack:4566/',
      ECS_HOST_VOLUME_ROOTS: '/srv:/home/me/, /opt',
      ALLOWED_HOSTS: 'ecs, sidecar.internal,',
      ECSIDECAR_LOGS_MAX_MIB: '5',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
    }),
    {
      listen: { host: '::1', port: 80 },
      dataDir: '/data',
      networkName: 'net_1.x',
      dockerFlags: '-p 0:9229',
      removeContainers: false,
      imagePullBehavior: 'default',
      onShutdown: 'keep',
      overridesFolder: resolve('templates'),
      upstreamUrl: 'http://localstack:4566',
      hostVolumeRoots: ['/srv', '/home/me/', '/opt'],
      allowedHosts: ['ecs', 'sidecar.internal'],
      logsMaxBytes: 5 * 1024 * 1024,
      logLevel: 'debug',
      logFormat: 'pretty',
    },
  );
  t.equal(read({ GATEWAY_LISTEN: '0' }).listen.port, 0, 'a port alone is on loopback');
  t.equal(read({ GATEWAY_LISTEN: '0' }).listen.host, '127.0.0.1');
  t.equal(read({ GATEWAY_LISTEN: ':4566' }).listen.host, '127.0.0.1');
  t.end();
});

t.test(
  'secrets come from the file that is named, else from the usual ones where there is no upstream',
  (t) => {
    const files = (environment: NodeJS.ProcessEnv) => {
      const { secretsFiles, areSecretsFilesNamed } = read(environment);
      return [secretsFiles, areSecretsFilesNamed];
    };
    const upstream = { UPSTREAM_ENDPOINT_URL: 'http://localstack:4566' };
    t.same(files({}), [[resolve('secrets.yaml'), resolve('.env')], false]);
    t.same(files(upstream), [[], false]);
    t.same(files({ ...upstream, ECS_SECRETS_FILE: '/etc/mine.yaml' }), [['/etc/mine.yaml'], true]);
    t.end();
  },
);

t.test('what cannot be used is refused with the name of its variable', (t) => {
  const wrong: NodeJS.ProcessEnv[] = [
    { GATEWAY_LISTEN: 'localhost' },
    { GATEWAY_LISTEN: '127.0.0.1:99999' },
    { GATEWAY_LISTEN: '0.0.0.0:4566,0.0.0.0:443' },
    { MAIN_DOCKER_NETWORK: '-x' },
    { ECS_TASK_EXECUTOR: 'kubernetes' },
    { ECS_REMOVE_CONTAINERS: 'yes' },
    { ECS_IMAGE_PULL_BEHAVIOR: 'never' },
    { ECS_ON_SHUTDOWN: 'later' },
    { ECS_COMPOSE_OVERRIDES: 'package.json' },
    { ECS_COMPOSE_OVERRIDES: '/absent/folder' },
    { ECS_HOST_VOLUME_ROOTS: '/srv:home' },
    { UPSTREAM_ENDPOINT_URL: 'localstack:4566' },
    { ECSIDECAR_LOGS_MAX_MIB: '0' },
    { ECSIDECAR_LOGS_MAX_MIB: '1.5' },
    { LOG_LEVEL: 'loud' },
    { LOG_FORMAT: 'xml' },
  ];
  for (const environment of wrong) {
    const name = Object.keys(environment)[0]!;
    t.throws(
      () => read(environment),
      { constructor: ConfigError, message: new RegExp(`^${name} is `) },
      name,
    );
    t.ok(
      VARIABLES.some(([listed]) => listed === name),
      `${name} is in the table`,
    );
  }
  t.end();
});
