import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import t from 'tap';
import rules from '../../../.dependency-cruiser.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Files that each break one rule, and files beside them that break none. */
const BROKEN: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ['src/lib/a.ts', '../model/x.ts', 'lib-knows-nothing'],
  ['src/model/a.ts', '../store/x.ts', 'model-is-pure'],
  ['src/apis/ecs/a.ts', '../logs/x.ts', 'parts-meet-in-model'],
  ['src/apis/ecs/b.ts', '../../store/x.ts', 'parts-meet-in-model'],
  ['src/scheduler/a.ts', '../executors/compose/x.ts', 'parts-meet-in-model'],
  ['src/executors/compose/a.ts', '../kubernetes/x.ts', 'parts-meet-in-model'],
  ['src/store/a.ts', '../config.ts', 'parts-meet-in-model'],
  ['src/gateway/a.ts', '../apis/ecs/x.ts', 'gateway-sees-registries'],
  ['src/gateway/b.ts', '../store/x.ts', 'gateway-sees-registries'],
  ['src/cli/a.ts', '../executors/compose/x.ts', 'cli-goes-through-main'],
  ['src/main.ts', './setup/x.mjs', 'nobody-needs-setup'],
  ['src/setup/a.mjs', '../lib/x.ts', 'setup-is-alone'],
  ['src/setup/b.mjs', 'pino', 'setup-is-plain-node'],
  ['examples/one/a.ts', '../../src/lib/x.ts', 'examples-are-users'],
  ['src/scheduler/b.ts', 'dockerode', 'dockerode-at-home'],
  ['src/model/c.ts', 'fastify', 'fastify-at-home'],
  ['src/gateway/c.ts', 'node:sqlite', 'sqlite-at-home'],
  ['src/store/b.ts', 'commander', 'commander-at-home'],
  ['src/executors/compose/c.ts', '@aws-sdk/client-ssm', 'aws-sdk-at-home'],
  ['src/secrets/a.ts', '../scheduler/x.ts', 'parts-meet-in-model'],
  ['src/store/c.ts', 'yaml-of-nobody', 'no-unresolvable'],
  ['src/apis/ecs/c.ts', '@aws-sdk/client-ecs', 'no-dev-dependency-at-run-time'],
];

const KEPT: readonly (readonly [file: string, imported: string])[] = [
  ['src/apis/ecs/fine.ts', '../../model/x.ts'],
  ['src/executors/compose/fine.ts', 'dockerode'],
  ['src/gateway/fine.ts', '../apis/ecs/operations.ts'],
  ['src/secrets/fine.ts', '@aws-sdk/client-ssm'],
  ['src/store/fine.ts', 'node:sqlite'],
  ['src/cli/fine.ts', '../executors/compose/preview.ts'],
  ['src/cli/other.ts', '../config.ts'],
];

const TARGETS = [
  'src/config.ts',
  'src/lib/x.ts',
  'src/model/x.ts',
  'src/scheduler/x.ts',
  'src/store/x.ts',
  'src/apis/ecs/x.ts',
  'src/apis/ecs/operations.ts',
  'src/apis/logs/x.ts',
  'src/executors/compose/x.ts',
  'src/executors/compose/preview.ts',
  'src/executors/kubernetes/x.ts',
  'src/setup/x.mjs',
];

t.test('each import rule refuses what it is for, and nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-rules-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  for (const file of TARGETS) await write(file, 'export const x = 1;\n');
  for (const [file, imported] of [...BROKEN, ...KEPT]) {
    await write(file, `import * as x from '${imported}';\nconsole.log(x);\n`);
  }
  await write(
    'src/model/types.ts',
    "import type { Task } from '@aws-sdk/client-ecs';\nexport type T = Task;\n",
  );
  for (const name of ['package.json', 'tsconfig.json', 'node_modules']) {
    await symlink(join(ROOT, name), join(folder, name));
  }
  const { forbidden, options } = rules as {
    forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
    options: object;
  };
  const result = await cruise(
    ['src', 'examples'],
    { ...options, baseDir: folder, ruleSet: { forbidden }, validate: true },
    {},
    { tsConfig: extractTSConfig(join(folder, 'tsconfig.json')) },
  );
  const { violations } = (result.output as ICruiseResult).summary;
  const found = violations.map(({ from, rule }) => `${from} ${rule.name}`).sort();
  t.same(found, BROKEN.map(([file, , rule]) => `${file} ${rule}`).sort());
});
