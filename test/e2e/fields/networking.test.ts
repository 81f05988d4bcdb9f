import { createSocket } from 'node:dgram';
import {
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { IDLE, lookInto, serve } from '../../support/networking.ts';
import { until } from '../../support/poll.ts';
import { startSidecar } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const { start, stop, inside, inspect } = lookInto(sidecar);

t.test('links: each task finds its own container, under the name and under the alias', async (t) => {
  const containers = [
    { name: 'app', command: IDLE, links: ['db', 'db:data'] },
    { name: 'db', command: IDLE },
  ];
  const tasks = await Promise.all([start('linked', containers), start('linked', containers)]);
  for (const task of tasks) {
    const { NetworkSettings } = await inspect(task, 'db');
    const address = NetworkSettings.Networks[sidecar.network]?.IPAddress ?? 'none';
    for (const name of ['db', 'data']) {
      // Several times: a name that all tasks share would give now the one, now the other.
      for (let tries = 0; tries < 4; tries++)
        t.match(await inside(task, 'app', 'ping', '-c', '1', '-W', '2', name), `(${address})`, name);
    }
    await t.rejects(inside(task, 'db', 'nslookup', 'data'), 'the alias is the linking container’s alone');
  }
  await Promise.all(tasks.map(stop));
});

t.test('hostname, dnsServers, dnsSearchDomains and extraHosts', async (t) => {
  const task = await start('names', [
    {
      name: 'app',
      command: IDLE,
      hostname: 'my-host',
      dnsServers: ['10.9.8.7'],
      dnsSearchDomains: ['corp.example'],
      extraHosts: [{ hostname: 'legacy', ipAddress: '10.1.2.3' }],
    },
  ]);
  t.equal(await inside(task, 'app', 'hostname'), 'my-host');
  t.match(await inside(task, 'app', 'cat', '/etc/resolv.conf'), /^search corp\.example$/m);
  t.match(await inside(task, 'app', 'cat', '/etc/hosts'), /^10\.1\.2\.3\s+legacy$/m);
  const { HostConfig } = await inspect(task, 'app');
  t.same(HostConfig.Dns, ['10.9.8.7']);
  await stop(task);
});

t.test('disableNetworking leaves one container its loopback alone', async (t) => {
  const task = await start('alone', [
    { name: 'app', command: IDLE },
    { name: 'alone', command: IDLE, disableNetworking: true, portMappings: [{ containerPort: 80 }] },
  ]);
  const interfaces = async (name: string): Promise<string[]> =>
    (await inside(task, name, 'ls', '/sys/class/net')).split(/\s+/).sort();
  t.same(await interfaces('alone'), ['lo']);
  t.ok((await interfaces('app')).includes('eth0'));
  t.same(task.containers?.find(({ name }) => name === 'alone')?.networkBindings, []);
  t.notOk((await inside(task, 'alone', 'env')).includes('AWS_ENDPOINT_URL'));
  await stop(task);
});

t.test('networkMode none and host are Docker’s', async (t) => {
  const none = await start('none', [{ name: 'app', command: IDLE }], { networkMode: 'none' });
  t.equal(await inside(none, 'app', 'ls', '/sys/class/net'), 'lo');
  await stop(none);
  const portMappings = [{ containerPort: 24_691 }];
  const host = await start('host', [{ name: 'app', command: IDLE, portMappings, hostname: 'h' }], {
    networkMode: 'host',
  });
  t.equal((await inspect(host, 'app')).HostConfig.NetworkMode, 'host');
  t.equal(await inside(host, 'app', 'hostname'), 'h');
  t.same(host.containers?.[0]?.networkBindings, [], 'as the agent tells of this mode');
  await stop(host);
});

t.test('pidMode task: processes see each other, and what nobody waits for is done away with', async (t) => {
  const containers = [
    { name: 'app', command: IDLE },
    { name: 'side', command: IDLE },
  ];
  const task = await start('pid', containers, { pidMode: 'task' });
  const processes = (): Promise<string> => inside(task, 'side', 'ps', '-o', 'pid,args');
  t.match(await processes(), /^\s*1 \/pause$/m);
  t.equal((await processes()).match(/sleep 1000 & wait/g)?.length, 2, 'those of both containers');
  const orphan = await inside(task, 'app', 'sh', '-c', 'sleep 1 >/dev/null 2>&1 & echo $!');
  t.match(await processes(), new RegExp(`^\\s*${orphan} `, 'm'));
  await until('the orphan is gone', async () => !new RegExp(`^\\s*${orphan} `, 'm').test(await processes()));
  await stop(task);
  const host = await start('pid-host', [{ name: 'app', command: IDLE }], { pidMode: 'host' });
  t.equal((await inspect(host, 'app')).HostConfig.PidMode, 'host');
  t.not(await inside(host, 'app', 'cat', '/proc/1/cmdline'), IDLE.join('\0'));
  await stop(host);
});

t.test('ipcMode: shared memory of the task, of nobody else, of the host', async (t) => {
  const containers = [
    { name: 'app', command: IDLE },
    { name: 'side', command: IDLE },
  ];
  const task = await start('ipc', containers, { ipcMode: 'task' });
  await inside(task, 'app', 'sh', '-c', 'echo shared > /dev/shm/x');
  t.equal(await inside(task, 'side', 'cat', '/dev/shm/x'), 'shared');
  await stop(task);
  for (const ipcMode of ['none', 'host'] as const) {
    const other = await start(`ipc-${ipcMode}`, [{ name: 'app', command: IDLE }], { ipcMode });
    t.equal((await inspect(other, 'app')).HostConfig.IpcMode, ipcMode);
    await stop(other);
  }
});

t.test('containerPortRange: host ports that follow each other, told as one', async (t) => {
  const ranges = [
    { containerPortRange: '7000-7003' },
    { containerPortRange: '7100-7101', protocol: 'udp' as const },
  ];
  const task = await start('range', [{ name: 'app', command: serve(7002, 'third'), portMappings: ranges }]);
  const bindings = task.containers?.[0]?.networkBindings ?? [];
  t.match(bindings, [
    { bindIP: '0.0.0.0', protocol: 'tcp', containerPortRange: '7000-7003', hostPortRange: /^\d+-\d+$/ },
    { bindIP: '0.0.0.0', protocol: 'udp', containerPortRange: '7100-7101', hostPortRange: /^\d+-\d+$/ },
  ]);
  const [first = 0, last = 0] = bindings[0]?.hostPortRange?.split('-').map(Number) ?? [];
  t.equal(last - first, 3);
  const { NetworkSettings } = await inspect(task, 'app');
  t.equal(NetworkSettings.Ports['7002/tcp']?.[0]?.HostPort, String(first + 2));
  t.ok(NetworkSettings.Ports['7100/udp']);
  await stop(task);
  const shared = await start('range-vpc', [{ name: 'app', command: IDLE, portMappings: ranges }], {
    networkMode: 'awsvpc',
  });
  t.match(shared.containers?.[0]?.networkBindings, [
    { containerPortRange: '7000-7003', hostPortRange: '7000-7003' },
    { containerPortRange: '7100-7101', hostPortRange: '7100-7101', protocol: 'udp' },
  ]);
  await stop(shared);
});

t.test('udp reaches the container; name and appProtocol are kept, and name a service', async (t) => {
  const portMappings = [
    { containerPort: 5300, protocol: 'udp' as const },
    { containerPort: 8080, name: 'api-port', appProtocol: 'http2' as const },
  ];
  const task = await start('ports', [{ name: 'app', command: IDLE, portMappings }]);
  const binding = task.containers?.[0]?.networkBindings?.find(({ protocol }) => protocol === 'udp');
  t.match(binding, { containerPort: 5300, hostPort: Number });
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  await until('a datagram arrives that nobody reads', async () => {
    socket.send('datagram', binding?.hostPort ?? 0, '127.0.0.1');
    const counts = await inside(task, 'app', 'grep', '^Udp: [0-9]', '/proc/net/snmp');
    return Number(counts.split(' ')[2]) > 0;
  });
  const { taskDefinition } = await sidecar.ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'ports' }),
  );
  t.match(taskDefinition?.containerDefinitions?.[0]?.portMappings, portMappings);
  await sidecar.ecs.send(
    new CreateServiceCommand({
      serviceName: 'connected',
      taskDefinition: 'ports',
      desiredCount: 1,
      launchType: 'EC2',
      serviceConnectConfiguration: {
        enabled: true,
        namespace: 'shop',
        services: [{ portName: 'api-port', clientAliases: [{ port: 8080 }] }],
      },
    }),
  );
  await until('the service is found by the name of its port', () =>
    inside(task, 'app', 'ping', '-c', '1', '-W', '2', 'api-port.shop').catch(() => undefined),
  );
  await sidecar.ecs.send(new UpdateServiceCommand({ service: 'connected', desiredCount: 0 }));
  await stop(task);
});
