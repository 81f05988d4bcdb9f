import type { NetworkBinding } from '@aws-sdk/client-ecs';
import t from 'tap';
import {
  bindingsByContainer,
  withPortRanges,
  withTaskNetwork,
} from '../../../../src/executors/compose/network-bindings.ts';
import { PAUSE_CONTAINER } from '../../../../src/model/pause-container.ts';
import type { ObservedContainer } from '../../../../src/model/task.ts';

const bound = (containerPort: number, hostPort: number, protocol: 'tcp' | 'udp' = 'tcp'): NetworkBinding => ({
  bindIP: '0.0.0.0',
  containerPort,
  hostPort,
  protocol,
});

t.test('ports of a range are told as one, unless their host ports do not follow each other', (t) => {
  const container = { portMappings: [{ containerPortRange: '80-82' }, { containerPort: 90 }] };
  t.same(withPortRanges(container, [bound(80, 4000), bound(81, 4001), bound(82, 4002), bound(90, 5000)]), [
    bound(90, 5000),
    { bindIP: '0.0.0.0', protocol: 'tcp', containerPortRange: '80-82', hostPortRange: '4000-4002' },
  ]);
  const apart = [bound(80, 4000), bound(81, 4001), bound(82, 4010)];
  t.same(withPortRanges(container, apart), apart);
  const udp = [bound(80, 4000, 'udp'), bound(81, 4001, 'udp'), bound(82, 4002, 'udp')];
  t.same(withPortRanges(container, udp), udp);
  t.end();
});

const definition = {
  networkMode: 'awsvpc' as const,
  containerDefinitions: [
    {
      name: 'web',
      portMappings: [{ containerPort: 80 }],
      dockerLabels: { 'ecsidecar.docker-flags': '-p 0:5678' },
    },
    { name: 'db', portMappings: [{ containerPort: 80, protocol: 'udp' as const }] },
    { name: 'alone', disableNetworking: true },
  ],
};

t.test('ports of a shared network are told of the container that they are for, else of each', (t) => {
  const all = [bound(80, 80), bound(80, 81, 'udp'), bound(5678, 4000), bound(9229, 4001)];
  t.same(bindingsByContainer(definition, all), {
    web: [bound(80, 80), bound(5678, 4000), bound(9229, 4001)],
    db: [bound(80, 81, 'udp'), bound(9229, 4001)],
  });
  t.end();
});

t.test('what is seen of the pause container is the network of the others, while it runs', (t) => {
  const address = { privateIpv4Address: '172.18.0.2', macAddress: '02:42:ac:12:00:02', privateDnsName: 'p' };
  const seen: ObservedContainer = {
    name: PAUSE_CONTAINER,
    dockerId: 'id',
    state: 'running',
    oomKilled: false,
    healthStatus: 'UNKNOWN',
    networkBindings: [bound(80, 80)],
  };
  t.same(withTaskNetwork(seen, definition, address).shared, {
    address,
    networkBindings: { web: [bound(80, 80)], db: [] },
  });
  t.equal(withTaskNetwork({ ...seen, state: 'exited' }, definition, address).shared, undefined);
  t.equal(withTaskNetwork(seen, { ...definition, networkMode: 'bridge' }, address).shared, undefined);
  t.end();
});
