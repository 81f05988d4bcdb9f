import fc from 'fast-check';
import t from 'tap';
import { jetbrainsConfiguration, updateLaunchJson } from '../../../src/cli/debug-configurations.ts';
import { debuggerOf, type DebugTarget } from '../../../src/model/debug-targets.ts';
import { vscodeConfiguration } from '../../../src/model/vscode-configuration.ts';

const mounts = [{ hostPath: '/home/me/shop/src', containerPath: '/app' }];
type ListeningTarget = Extract<DebugTarget, { hostPort: number }>;
const target = (more: Partial<ListeningTarget> = {}): ListeningTarget => ({
  kind: 'node',
  name: 'shop/web',
  hostPort: 40_001,
  mounts,
  ...more,
});

t.test('a debugger is known by how it was asked for, or else by its port', (t) => {
  const cases: [number, string, string | undefined][] = [
    [9229, '', 'node'],
    [5678, '', 'debugpy'],
    [5005, '', 'jdwp'],
    [2345, '', 'delve'],
    [8080, 'node server.js', undefined],
    [9230, 'node --inspect=0.0.0.0:9230 server.js', 'node'],
    [9229, 'node --inspect-brk server.js', 'node'],
    [3000, 'python -m debugpy --listen 0.0.0.0:3000 --wait-for-client app.py', 'debugpy'],
    [8000, 'java -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:8000 -jar a.jar', 'jdwp'],
    [4000, 'dlv exec --headless --listen=:4000 /app', 'delve'],
  ];
  for (const [port, startedWith, kind] of cases) t.equal(debuggerOf(port, startedWith), kind, startedWith);
  t.end();
});

t.test('configurations of VS Code map the mounted folders', (t) => {
  t.match(vscodeConfiguration(target(), '/home/me/shop'), {
    type: 'node',
    request: 'attach',
    name: 'ecsidecar: shop/web',
    port: 40_001,
    localRoot: '${workspaceFolder}/src',
    remoteRoot: '/app',
  });
  t.match(vscodeConfiguration(target({ kind: 'debugpy' }), '/home/me/shop/src'), {
    connect: { port: 40_001 },
    pathMappings: [{ localRoot: '${workspaceFolder}', remoteRoot: '/app' }],
  });
  t.match(vscodeConfiguration(target({ kind: 'delve' }), '/elsewhere'), {
    substitutePath: [{ from: '/home/me/shop/src', to: '/app' }],
  });
  t.match(vscodeConfiguration(target({ kind: 'jdwp' }), '/'), { type: 'java', port: 40_001 });
  const dotnet = { kind: 'dotnet', name: 'shop/api', containerId: '0123456789ab', mounts } as const;
  t.match(vscodeConfiguration(dotnet, '/home/me/shop'), {
    type: 'coreclr',
    pipeTransport: { pipeProgram: 'docker', pipeArgs: ['exec', '-i', '0123456789ab'] },
    sourceFileMap: { '/app': '${workspaceFolder}/src' },
  });
  t.end();
});

t.test('launch.json keeps what is not ours, comments too, and has each of ours once', (t) => {
  const before = `{
  // mine
  "version": "0.2.0",
  "configurations": [
    { "name": "tests", "type": "node", "request": "launch" }, // stays
  ]
}
`;
  const once = updateLaunchJson(before, [vscodeConfiguration(target(), '/x')]);
  t.match(once, '// mine');
  t.match(once, '// stays');
  t.match(once, '"name": "tests"');
  t.match(once, '"port": 40001');
  const twice = updateLaunchJson(once, [vscodeConfiguration(target({ hostPort: 40_002 }), '/x')]);
  t.match(twice, '"port": 40002');
  t.notMatch(twice, '40001');
  t.match(JSON.parse(updateLaunchJson('', [vscodeConfiguration(target(), '/x')])), {
    version: '0.2.0',
    configurations: [{ name: 'ecsidecar: shop/web' }],
  });
  t.throws(() => updateLaunchJson('[]', [vscodeConfiguration(target(), '/x')]));
  t.end();
});

t.test('run configurations of JetBrains are XML whatever the names are', (t) => {
  t.match(jetbrainsConfiguration(target({ kind: 'jdwp' })), {
    file: '.run/ecsidecar-shop-web.run.xml',
    text: /<option name="PORT" value="40001" \/>/,
  });
  t.match(jetbrainsConfiguration(target())?.text, 'url="file:///app"');
  t.equal(jetbrainsConfiguration(target({ kind: 'debugpy' })), undefined);
  fc.assert(
    fc.property(fc.string(), (hostPath) => {
      const { text = '' } =
        jetbrainsConfiguration(target({ mounts: [{ hostPath, containerPath: '/a' }] })) ?? {};
      const value = /local-file="([^"]*)"/.exec(text)?.[1];
      return value !== undefined && !/[<>&](?!#\d+;)/.test(value);
    }),
  );
  t.end();
});
