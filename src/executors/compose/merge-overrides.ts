import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ExecutorError } from '../../model/ports.ts';
import type { AwsTaskDefinition } from '../../model/task-definition.ts';
import type { Task } from '../../model/task.ts';
import { findCompose, saidLines, type ComposeCli, type ComposeRunOptions } from './compose-cli.ts';
import { findEngine } from './engine.ts';
import type { ComposeProject } from './interpolation.ts';
import { projectName } from './names.ts';
import { findOverrides } from './override-files.ts';
import { lastText } from './render-last.ts';
import { composeText, renderTask, taskHead, type RenderContext } from './render.ts';
import { interpolationsOf } from './render-text.ts';

export type Merge = {
  readonly compose: Pick<ComposeCli, 'run'>;
  readonly task: Task;
  readonly definition: AwsTaskDefinition;
  /** What was rendered for them. */
  readonly project: ComposeProject;
  readonly context: RenderContext;
  /** An empty folder for copies of the files and for those of our own. */
  readonly draft: string;
  /** Override files, the widest first. */
  readonly sources: readonly string[];
  readonly projectDirectory: string;
  readonly format: 'json' | 'yaml';
};

/** Our own files beside the copies: what Compose reads first and last. */
export const GENERATED = 'compose.yaml';
export const LAST = 'last.yaml';

/**
 * What Compose makes of a rendered project, the override files and our last word. Throws ExecutorError
 * `cannotInitialize` with Compose's words where it refuses them.
 */
export async function mergeOverrides(merge: Merge, runOptions: ComposeRunOptions): Promise<string> {
  const { task, definition, project, context, draft, sources, projectDirectory } = merge;
  const copies = await Promise.all(
    sources.map(async (source, index) => {
      const name = `${index + 1}-${relative(projectDirectory, source).replaceAll(/[/\\]/g, '-')}`;
      await copyFile(source, join(draft, name));
      return { source, path: join(draft, name) };
    }),
  );
  const [generated, last] = [join(draft, GENERATED), join(draft, LAST)];
  await writeFile(generated, composeText(project, taskHead(task, definition, context)));
  await writeFile(last, lastText({ project, task, context, extras: [], projectDirectory }));
  const files = [generated, ...copies.map(({ path }) => path), last].flatMap((path) => ['-f', path]);
  const where = ['-p', projectName(task.clusterName, task.id), '--project-directory', projectDirectory];
  const args = [...where, ...files, 'config', '--format', merge.format];
  const { exitCode, output, stdout } = await merge.compose.run(args, runOptions);
  if (exitCode !== 0) throw new ExecutorError('cannotInitialize', refusal(output, copies));
  return stdout;
}

/** Compose's words, with the user's files for their copies. Beside them it prints warnings alone. */
function refusal(output: string, copies: readonly { source: string; path: string }[]): string {
  const said = saidLines(output).join(' ');
  const named = copies.reduce((text, { path, source }) => text.replaceAll(path, () => source), said);
  const files = copies.map(({ source }) => source);
  return files.some((file) => named.includes(file)) ? named : `${files.join(', ')}: ${named}`;
}

const CONFIG_DEADLINE_MS = 60_000;

/**
 * The whole project of a task as Compose has it once everything is merged, as YAML that runs. It needs Compose, and no
 * engine. What is fetched for tasks stays a variable. Throws an Error with Compose's words.
 */
export async function renderMerged(
  task: Task,
  definition: AwsTaskDefinition,
  context: RenderContext,
  folder: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const compose = await findCompose(environment, findEngine(environment));
  const project = renderTask(task, definition, context);
  const draft = await mkdtemp(join(tmpdir(), 'ecsidecar-render-'));
  try {
    const sources = folder === undefined ? [] : await findOverrides(folder, task);
    const projectDirectory = folder ?? draft;
    // A variable that stands for itself, which Compose then takes for text.
    const variables = Object.fromEntries(interpolationsOf(project).map((name) => [name, `\${${name}}`]));
    const merge: Merge = {
      ...{ compose, task, definition, project, context, draft, sources, projectDirectory },
      format: 'yaml',
    };
    const merged = await mergeOverrides(merge, {
      signal: new AbortController().signal,
      deadlineMs: CONFIG_DEADLINE_MS,
      variables,
    });
    return Object.values(variables).reduce(
      (text, variable) => text.replaceAll(`$${variable}`, () => variable),
      merged,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
