import t from 'tap';
import { ownContainer, ownContainerIds } from '../../../../src/executors/compose/own-container.ts';

const ID = '0123456789abcdef'.repeat(4);
const NONE = { mountinfo: '', cgroup: '', containerenv: '', hostname: 'laptop' };

t.test('the id is found under cgroup v1 and v2, Docker Desktop, rootless Docker and Podman', (t) => {
  const mount = (path: string) => `1180 1159 0:60 ${path} /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n`;
  const cases: Record<string, Partial<typeof NONE>> = {
    'Docker, cgroup v2': { cgroup: '0::/\n', mountinfo: mount(`/var/lib/docker/containers/${ID}/hostname`) },
    'Docker Desktop': { mountinfo: mount(`/docker/containers/${ID}/hostname`) },
    rootless: { mountinfo: mount(`/home/me/.local/share/docker/containers/${ID}/hostname`) },
    'Docker, cgroup v1': { cgroup: `12:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}\n` },
    'systemd cgroups': { cgroup: `0::/system.slice/docker-${ID}.scope\n` },
    Podman: { containerenv: `engine="podman-4.3.1"\nname="x"\nid="${ID}"\n` },
    'Podman, by its mount': {
      mountinfo: mount(`/containers/storage/overlay-containers/${ID}/userdata/hostname`),
    },
  };
  for (const [name, files] of Object.entries(cases))
    t.same(ownContainerIds({ ...NONE, ...files }), [ID], name);
  t.same(ownContainerIds({ ...NONE, hostname: ID.slice(0, 12) }), [ID.slice(0, 12)]);
  t.same(ownContainerIds(NONE), []);
  t.end();
});

t.test('names and networks of the own container', (t) => {
  const inspected = {
    Id: ID,
    Name: '/stack-ecsidecar-1',
    Image: 'sha256:1',
    Mounts: [
      { Source: '/home/me', Destination: '/home/me' },
      { Source: '/var/run/docker.sock', Destination: '/run/docker.sock' },
    ],
    Config: { Hostname: ID.slice(0, 12), Labels: { 'com.docker.compose.service': 'ecsidecar' } },
    HostConfig: { NetworkMode: 'stack_default' },
    NetworkSettings: {
      Ports: { '4566/tcp': [{ HostIp: '127.0.0.1', HostPort: '14566' }], '80/tcp': null },
      Networks: {
        bridge: { Aliases: null, IPAddress: '172.17.0.2' },
        stack_default: { Aliases: ['ecsidecar', 'api.local'], IPAddress: '172.18.0.2' },
      },
    },
  } as unknown as Parameters<typeof ownContainer>[0];
  t.same(ownContainer(inspected), {
    id: ID,
    name: 'stack-ecsidecar-1',
    names: ['stack-ecsidecar-1', 'ecsidecar', 'api.local', ID.slice(0, 12), '172.17.0.2', '172.18.0.2'],
    networks: ['stack_default'],
    isOnHostNetwork: false,
    imageId: 'sha256:1',
    publishedPorts: new Map([[4566, 14566]]),
    sharedPaths: ['/home/me'],
  });
  t.end();
});
