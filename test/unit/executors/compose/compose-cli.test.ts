import t from 'tap';
import { composeEnvironment } from '../../../../src/executors/compose/compose-cli.ts';

t.test('Compose is told neither of its own variables nor of a DOCKER_CONFIG that is a file', (t) => {
  const given = { HOME: '/root', COMPOSE_FILE: 'x.yaml', DOCKER_CONFIG: '/config.json', DOCKER_HOST: 'old' };
  t.same(composeEnvironment(given, 'unix:///var/run/docker.sock'), {
    HOME: '/root',
    DOCKER_HOST: 'unix:///var/run/docker.sock',
    COMPOSE_STATUS_STDOUT: '0',
  });
  t.match(composeEnvironment({ DOCKER_CONFIG: '/etc/docker' }, ''), { DOCKER_CONFIG: '/etc/docker' });
  t.end();
});
