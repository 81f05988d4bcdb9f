import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { findCompose } from '../../src/executors/compose/compose-cli.ts';
import { findEngine } from '../../src/executors/compose/engine.ts';
import { composeText, renderTask, taskHead } from '../../src/executors/compose/render.ts';
import { sampleContext, sampleDefinition, sampleTask } from '../support/rendering.ts';

const compose = await findCompose(process.env, findEngine(process.env));
const templates = new URL('../../templates/overrides/', import.meta.url).pathname;
const files = readdirSync(templates, { recursive: true, encoding: 'utf8' }).filter((one) =>
  one.endsWith('.yaml'),
);

/** What somebody has who takes the `#` from before all that is YAML. */
const uncommented = (text: string): string =>
  text.replace('services: {}\n', '').replace(/^(\s*)# (\s*(?:- |[\w.-]+:|#).*)$/gm, '$1$2');

for (const file of files) {
  t.test(
    `docker compose merges ${file} with a rendered project, as it is and with all examples`,
    async (t) => {
      const [task, definition, context] = [sampleTask(), sampleDefinition(), sampleContext()];
      const text = readFileSync(join(templates, file), 'utf8');
      t.match(
        text,
        /^# Additions to the Compose files? of .*Copy this file into the folder that ECS_COMPOSE_OVERRIDES\s/s,
      );
      const folder = t.testdir({
        'compose.yaml': composeText(
          renderTask(task, definition, context),
          taskHead(task, definition, context),
        ),
        'as-it-is.yaml': text,
        'all.yaml': uncommented(text),
      });
      const merged = async (override: string): Promise<string> => {
        const args = ['-f', join(folder, 'compose.yaml'), '-f', join(folder, override), 'config'];
        return (await promisify(execFile)(compose.path, args)).stdout;
      };
      const [asItIs, all] = await Promise.all([merged('as-it-is.yaml'), merged('all.yaml')]);
      t.match(asItIs, '\n  server:\n');
      t.not(all, asItIs, 'the examples are some');
    },
  );
}
