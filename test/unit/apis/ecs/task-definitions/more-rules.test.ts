import type { ProxyConfiguration } from '@aws-sdk/client-ecs';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';
import { check, one, testRefusals, two, type Case } from '../../../../support/task-definition-cases.ts';

const proxy = (names: readonly string[], more: Partial<ProxyConfiguration> = {}) =>
  one(
    {},
    {
      networkMode: 'awsvpc',
      proxyConfiguration: {
        type: 'APPMESH',
        containerName: 'app',
        properties: names.map((name) => ({ name, value: '1' })),
        ...more,
      },
    },
  );
/** A definition of so many bytes. */
const ofBytes = (bytes: number) => {
  const empty = one({ command: [''] });
  return one({ command: ['x'.repeat(bytes - JSON.stringify(empty).length)] });
};
const port = (hostPort: number, protocol: 'tcp' | 'udp' = 'tcp') => ({
  portMappings: [{ containerPort: 3000, hostPort, protocol }],
});

testRefusals([
  {
    rule: 'volumes from nobody',
    source: '2026',
    input: one({ volumesFrom: [{ sourceContainer: 'nope' }] }),
    message: "Invalid 'volumesFrom' setting. Unknown container: 'nope'.",
  },
  ...[['true'], ['CMD'], ['CMD-SHELL'], []].map((command): Case => ({
    rule: `a health check that says [${command.join()}]`,
    source: 'ours',
    input: one(check({ command })),
    message: "Invalid 'healthCheck' setting for container 'app'.",
  })),
  {
    rule: 'a host port twice',
    source: 'issues',
    input: two(port(3000), port(3000)),
    message: "TCP host port '3000' is mapped multiple times in task.",
  },
  {
    rule: 'a port twice on the host’s network',
    source: 'issues',
    input: { ...two(port(0, 'udp'), port(0, 'udp')), networkMode: 'host' },
    message: "UDP host port '3000' is mapped multiple times in task.",
  },
  {
    rule: 'ranges that overlap with awsvpc',
    source: '2026',
    input: one(
      { portMappings: [{ containerPortRange: '8080-8090' }, { containerPortRange: '8085-8095' }] },
      { networkMode: 'awsvpc' },
    ),
    message: "TCP container port '8085' is used multiple times in task when networkMode=awsvpc.",
  },
  {
    rule: 'disableNetworking with awsvpc',
    source: '2026',
    input: one({ disableNetworking: true }, { networkMode: 'awsvpc' }),
    message: 'Disable Networking is not supported on container when networkMode=awsvpc.',
  },
  {
    rule: 'ephemeral storage of EC2',
    source: '2026',
    input: one({}, { requiresCompatibilities: ['EC2'], ephemeralStorage: { sizeInGiB: 30 } }),
    message: 'Tasks using the EC2 launch type do not support EphemeralStorage.',
  },
  {
    rule: 'inferenceAccelerators',
    source: '2026',
    input: one({}, { inferenceAccelerators: [{ deviceName: 'd', deviceType: 'eia1.medium' }] }),
    message: "Unsupported field 'inferenceAccelerators'.",
  },
  {
    rule: 'a proxy on bridge',
    source: '2026',
    input: one({}, { proxyConfiguration: { containerName: 'app' } }),
    message: 'APPMESH proxy configuration is only supported in networkMode=awsvpc',
  },
  {
    rule: 'a proxy that is no container',
    source: '2026',
    input: proxy([], { containerName: 'envoy' }),
    message: 'Proxy container [envoy] does not exist.',
  },
  { rule: 'a proxy without a port', source: '2026', input: proxy([]), message: 'Ingress port not found' },
  {
    rule: 'a proxy without another port',
    source: 'ours',
    input: proxy(['ProxyIngressPort', 'AppPorts']),
    message: 'Egress port not found',
  },
  {
    rule: 'a definition above 64 KiB',
    source: 'issues',
    input: ofBytes(65_537),
    message: "Actual length: '65537'. Max allowed length is '65536' bytes.",
  },
  ...(
    [
      ['NeuronDevice', '2'],
      ['GPU', '0'],
      ['GPU', 'all'],
      ['InferenceAccelerator', 'device_1'],
    ] as const
  ).map(([type, value]): Case => ({
    rule: `${value} of ${type}`,
    source: 'ours',
    input: one({ resourceRequirements: [{ type, value }] }),
    message: "Invalid 'resourceRequirements' setting for container 'app'.",
  })),
]);

t.test('what is near those limits is taken', (t) => {
  const api = createTestApi();
  for (const input of [
    two(port(3000), port(3000, 'udp')),
    two(port(0), port(0)),
    one({ portMappings: [{ containerPortRange: '1-2' }, { containerPort: 3 }] }, { networkMode: 'awsvpc' }),
    one(check({ command: ['NONE'] })),
    proxy(['ProxyIngressPort', 'ProxyEgressPort', 'AppPorts']),
    one({}, { ephemeralStorage: { sizeInGiB: 30 } }),
    ofBytes(65_536),
    one({ resourceRequirements: [{ type: 'NeuronDevice', value: 'ALL' }] }),
    one({ resourceRequirements: [{ type: 'GPU', value: undefined, sharingStrategy: {} as never }] }),
  ])
    t.ok(api.call('RegisterTaskDefinition', input));
  t.end();
});
