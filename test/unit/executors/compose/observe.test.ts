import type Docker from 'dockerode';
import t from 'tap';
import { composeError } from '../../../../src/executors/compose/executor.ts';
import { isAtLeast } from '../../../../src/executors/compose/compose-cli.ts';
import { observedFrom, supersedes } from '../../../../src/executors/compose/observe.ts';
import type { ObservedContainer } from '../../../../src/model/task.ts';

const inspected = (State: object, Ports: object = {}): Docker.ContainerInspectInfo =>
  ({
    Id: 'f00',
    Image: 'sha256:1',
    State: { Running: false, Restarting: false, OOMKilled: false, Error: '', ExitCode: 0, ...State },
    NetworkSettings: { Ports },
  }) as unknown as Docker.ContainerInspectInfo;

const never = '0001-01-01T00:00:00Z';

t.test('a container is what its times say it is', (t) => {
  const see = (state: object) => observedFrom('app', inspected(state), 'sha256:2');
  t.match(see({ StartedAt: never, FinishedAt: never }), { state: 'created', imageDigest: 'sha256:2' });
  t.match(see({ Running: true, StartedAt: '2026-01-01T00:00:00.5Z', FinishedAt: never }), {
    state: 'running',
    startedAt: new Date('2026-01-01T00:00:00.500Z'),
  });
  const exited = see({ StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '2026-01-01T00:00:01Z', ExitCode: 3 });
  t.match(exited, { state: 'exited', exitCode: 3, finishedAt: new Date('2026-01-01T00:00:01Z') });
  const failed = see({ StartedAt: never, FinishedAt: never, ExitCode: 127, Error: 'no such file' });
  t.match(failed, { state: 'created', error: 'no such file' });
  t.equal(failed.exitCode, undefined, 'what never ran has no exit code');
  t.end();
});

t.test('bindings are shown once a port, the IPv4 one first choice', (t) => {
  const ports = {
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '32768' },
      { HostIp: '::', HostPort: '32768' },
    ],
    '53/udp': [{ HostIp: '::', HostPort: '5353' }],
    '9000/tcp': null,
  };
  const { networkBindings } = observedFrom(
    'app',
    inspected({ Running: true, StartedAt: never, FinishedAt: never }, ports),
    'd',
  );
  t.same(networkBindings, [
    { bindIP: '::', containerPort: 53, hostPort: 5353, protocol: 'udp' },
    { bindIP: '0.0.0.0', containerPort: 80, hostPort: 32768, protocol: 'tcp' },
  ]);
  t.end();
});

t.test('a late look at an earlier state does not undo a later one', (t) => {
  const see = (state: ObservedContainer['state'], startedAt = 1, dockerId = 'a'): ObservedContainer => ({
    name: 'app',
    dockerId,
    state,
    startedAt: new Date(startedAt),
    oomKilled: false,
    healthStatus: 'UNKNOWN',
    networkBindings: [],
  });
  t.equal(supersedes(undefined, see('created')), true);
  t.equal(supersedes(see('running'), see('exited')), true);
  t.equal(supersedes(see('exited'), see('running')), false);
  t.equal(supersedes(see('gone'), see('exited')), false);
  t.equal(supersedes(see('exited', 1), see('running', 2)), true, 'it was started again');
  t.equal(supersedes(see('running', 2), see('exited', 1)), false, 'that was the life before');
  t.equal(supersedes(see('gone'), see('created', 0, 'b')), true, 'it is another container');
  t.end();
});

t.test('versions of Compose are compared as numbers', (t) => {
  t.equal(isAtLeast('2.40.3-3', [2, 24]), true);
  t.equal(isAtLeast('v2.24.0', [2, 24]), true);
  t.equal(isAtLeast('2.9.0', [2, 24]), false);
  t.equal(isAtLeast('1.29.2', [2, 24]), false);
  t.equal(isAtLeast('5.0.0', [2, 24]), true);
  t.equal(isAtLeast('docker-compose version', [2, 24]), false);
  t.end();
});

t.test("of what Compose printed, the engine's own words are kept", (t) => {
  const output = [
    'time="2026-01-01T00:00:00Z" level=warning msg="something is obsolete"',
    ' Container ecs-a-1-app-0123  Creating',
    ' Container ecs-a-1-app-0123  Created',
    ' Container ecs-a-1-app-0123  Starting',
    'Error response from daemon: driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated',
    '',
  ].join('\n');
  t.equal(
    composeError(output),
    'driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated',
  );
  t.equal(composeError('something odd\n'), 'something odd', 'what is not understood is not swallowed');
  t.end();
});
