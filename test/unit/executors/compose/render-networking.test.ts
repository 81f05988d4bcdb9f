import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { PAUSE_IMAGE } from '../../../../src/executors/compose/pause-archive.ts';
import { renderTask } from '../../../../src/executors/compose/render.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import { sampleContext, sampleDefinition, sampleTask } from '../../../support/rendering.ts';

const render = (definition: AwsTaskDefinition, flags = '') =>
  renderTask(sampleTask(), definition, sampleContext(flags));
const service = (container: ContainerDefinition, others: Partial<AwsTaskDefinition> = {}) =>
  render(sampleDefinition(container, others)).services?.['server'];

t.test('awsvpc: the pause container has the network, and with it ports, names and hosts of all', (t) => {
  const context = {
    ...sampleContext('-p 0:9229 --dns 1.1.1.1 --add-host db:10.0.0.1'),
    endpoint: { url: 'http://host:4566', extraHost: 'host:172.18.0.1' },
  };
  const definition: AwsTaskDefinition = {
    family: 'myfamily',
    networkMode: 'awsvpc',
    containerDefinitions: [
      {
        name: 'web',
        image: 'busybox',
        portMappings: [{ containerPort: 80, hostPort: 80 }],
        dockerLabels: { 'ecsidecar.docker-flags': '-p 0:5678' },
      },
      { name: 'side', image: 'busybox', portMappings: [{ containerPort: 53, protocol: 'udp' }] },
      { name: 'alone', image: 'busybox', disableNetworking: true, portMappings: [{ containerPort: 81 }] },
    ],
  };
  const task = { ...sampleTask(), networkAliases: ['orders'] };
  const { services = {}, networks } = renderTask(task, definition, context);
  t.match(services['ecs.pause'], {
    image: PAUSE_IMAGE,
    container_name: 'ecs-myfamily-3-ecs.pause-0123456789ab',
    ports: [
      { target: 80, protocol: 'tcp', published: '80' },
      { target: 53, protocol: 'udp', published: '53' },
      { target: 9229, protocol: 'tcp' },
      { target: 5678, protocol: 'tcp' },
    ],
    dns: ['1.1.1.1'],
    extra_hosts: ['db:10.0.0.1', 'host:172.18.0.1'],
    networks: { default: { aliases: ['orders'] } },
    labels: { 'com.amazonaws.ecs.container-name': '~internal~ecs~pause', 'ecsidecar.id': 'my-sidecar' },
  });
  t.equal(services['ecs.pause']?.ports?.length, 4, 'a port of the flags is published once');
  t.same(networks, { default: { name: 'mynetwork', external: true } });
  for (const name of ['web', 'side']) {
    t.equal(services[name]?.network_mode, 'service:ecs.pause');
    t.match(services[name], { environment: { AWS_ENDPOINT_URL: 'http://host:4566' } });
    for (const member of ['ports', 'dns', 'extra_hosts', 'networks'])
      t.notOk(member in (services[name] ?? {}), `${name} has no ${member}`);
  }
  t.equal(services['alone']?.network_mode, 'none');
  t.notMatch(services['alone'], { environment: { AWS_ENDPOINT_URL: String } });
  t.end();
});

t.test('--network of the flags is the network of an awsvpc task, too', (t) => {
  const definition = sampleDefinition({}, { networkMode: 'awsvpc' });
  const { services = {} } = renderTask(sampleTask(), definition, sampleContext('--network host'));
  t.equal(services['ecs.pause']?.network_mode, 'host');
  t.equal(services['server']?.network_mode, 'service:ecs.pause');
  t.end();
});

t.test('pidMode and ipcMode: those of the task are the pause container’s', (t) => {
  const shared = render(sampleDefinition({}, { pidMode: 'task', ipcMode: 'task' })).services ?? {};
  t.match(shared['server'], { pid: 'service:ecs.pause', ipc: 'service:ecs.pause' });
  t.match(shared['ecs.pause'], { ipc: 'shareable', network_mode: 'none' });
  t.notOk('ports' in (shared['ecs.pause'] ?? {}));
  const others = render(sampleDefinition({}, { pidMode: 'host', ipcMode: 'none' })).services ?? {};
  t.match(others['server'], { pid: 'host', ipc: 'none' });
  t.notOk('ecs.pause' in others);
  t.end();
});

t.test('a range of ports is published port by port', (t) => {
  const portMappings = [{ containerPortRange: '80-82', protocol: 'udp' as const }];
  t.same(service({ portMappings })?.ports, [
    { target: 80, protocol: 'udp' },
    { target: 81, protocol: 'udp' },
    { target: 82, protocol: 'udp' },
  ]);
  t.end();
});
