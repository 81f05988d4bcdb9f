import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

/** What the start loads beside `main.ts` itself; see `loadServer`. */
const PARTS = [
  'main.ts',
  'wire-apis.ts',
  'gateway/server.ts',
  'gateway/put-events.ts',
  'gateway/task-listener.ts',
];

const PROBE = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
for (const part of process.argv.slice(1)) await import(part);
const { createGateway } = await import(process.argv[3]);
await createGateway({ apis: [], health: () => ({}), allowedHosts: [], logger: { isLevelEnabled: () => false } });
console.log(JSON.stringify([...loaded, ...process.moduleLoadList]));
`;

t.test('code that most runs do not need is not loaded by a start', async (t) => {
  const parts = PARTS.map((part) => fileURLToPath(new URL(`../../src/${part}`, import.meta.url)));
  const args = ['--input-type=module', '--eval', PROBE, ...parts];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const loaded = JSON.parse(stdout) as string[];
  const named = (what: RegExp): string[] => loaded.filter((one) => what.test(one));
  t.ok(named(/node_modules\/fastify\//).length > 0, 'what is loaded is seen');
  for (const name of [
    'yaml',
    'ajv',
    '@fastify/ajv-compiler',
    're2js',
    'ignore',
    'croner',
    'fast-xml-parser',
    '@aws-sdk',
    'chokidar',
  ])
    t.strictSame(named(new RegExp(`node_modules/${name}/`)), [], name);
  for (const api of [
    'ecs',
    'cloudformation',
    'logs',
    's3',
    'ssm',
    'secretsmanager',
    'ecr',
    'sts',
    'application-autoscaling',
    'servicediscovery',
  ])
    t.strictSame(named(new RegExp(`src/apis/${api}/(operations|${api})\\.ts`)), [], api);
  t.strictSame(named(/src\/executors\/compose\/(executor|render)/), [], 'the renderer');
  t.strictSame(named(/undici\/undici/), [], 'a second HTTP client; see lib/node-http.ts');
});
