import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { createSemaphore } from '../../src/lib/semaphore.ts';

const slots = createSemaphore(2);

/**
 * Lets `docker compose config` look at every Compose file that a sidecar has generated, together with the overrides of
 * its task. Of files that differ in nothing but ids and ports, one is looked at. Rejects with what Compose says of each
 * one that it refuses.
 */
export async function checkGeneratedFiles(dataDir: string): Promise<void> {
  const projects = join(dataDir, 'projects');
  const entries = await readdir(projects, { recursive: true, withFileTypes: true }).catch(() => []);
  const folders = entries.filter(({ name }) => name === 'compose.yaml').map(({ parentPath }) => parentPath);
  const distinct = new Map<string, { args: string[]; text: string }>();
  for (const folder of folders) {
    const text = await readFile(join(folder, 'compose.yaml'), 'utf8');
    const copies = await readdir(join(folder, 'overrides')).catch((): string[] => []);
    const files = ['compose.yaml', ...copies.sort().map((name) => `overrides/${name}`)];
    const overrides = await Promise.all(files.slice(1).map((name) => readFile(join(folder, name), 'utf8')));
    const directory = /^x-project-directory: "?(.+?)"?$/m.exec(overrides.at(-1) ?? '')?.[1] ?? folder;
    const args = ['--project-directory', directory, ...files.flatMap((name) => ['-f', join(folder, name)])];
    distinct.set([text, ...overrides].join('\n').replace(VARYING, ''), { args, text });
  }
  if (distinct.size === 0) return;
  const { path } = await findCompose(process.env, findEngine(process.env));
  const run = promisify(execFile);
  const refusals = await Promise.all(
    [...distinct.values()].map(({ args, text }) =>
      slots.run(
        () =>
          run(path, [...args, 'config', '--quiet']).then(
            () => undefined,
            (error: unknown) => `${(error as { stderr?: string }).stderr ?? String(error)}\n${text}`,
          ),
        new AbortController().signal,
      ),
    ),
  );
  const refused = refusals.filter((refusal) => refusal !== undefined);
  if (refused.length > 0) throw new Error(`Compose refuses a generated file: ${refused.join('\n')}`);
}

/** Ids of tasks, whole and as they are cut in names, host ports, and where the data folder lies. */
const VARYING = /\b[0-9a-f]{32}\b|\b[0-9a-f]{12}\b|(?<=published: )\S+|ecsidecar-test-[\w-]+/g;
