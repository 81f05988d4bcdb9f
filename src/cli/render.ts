import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { readConfig } from '../config.ts';
import {
  parseDockerFlags,
  previewContext,
  previewTask,
  previewText,
  type DockerFlags,
  type RenderContext,
} from '../executors/compose/preview.ts';
import type { AwsTaskDefinition } from '../model/task-definition.ts';
import type { Task } from '../model/task.ts';

/** RegisterTaskDefinition's rules and defaults. Rejects with an Error with AWS's message for what AWS refuses. */
export type CheckTaskDefinition = (input: RegisterTaskDefinitionRequest) => Promise<AwsTaskDefinition>;

export type RenderOptions = {
  /** Which task definition, where the text holds several. */
  readonly family?: string;
  /** `cluster/service`: as for a task of this service. */
  readonly service?: string;
  /** What Compose makes of it together with the override files. */
  readonly merged?: true;
};

/** See `renderMerged` of the Compose executor; the folder is that of the override files. */
export type RenderMerged = (
  task: Task,
  definition: AwsTaskDefinition,
  context: RenderContext,
  folder: string | undefined,
  environment: NodeJS.ProcessEnv,
) => Promise<string>;

/**
 * Prints the Compose file of a task definition. `file` is a path, or `-` for standard input; see `renderDefinition`.
 * Returns the exit code: 1, after one line on standard error, for what cannot be rendered.
 */
export async function renderCommand(
  file: string,
  options: RenderOptions,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  try {
    const { createDefinitionCheck, renderMerged } = await import('../main.ts');
    const json = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
    process.stdout.write(
      await renderDefinition(json, options, environment, createDefinitionCheck(), renderMerged),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`ecsidecar render: ${file}: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`);
    return 1;
  }
}

/**
 * The Compose file of a task definition given as JSON: the input of `aws ecs register-task-definition`, the output of
 * `aws ecs describe-task-definition`, or a list of either. Settings come from the environment, as for the sidecar.
 * Rejects with an Error whose message says what is wrong.
 */
export async function renderDefinition(
  json: string,
  { family, service, merged }: RenderOptions,
  environment: NodeJS.ProcessEnv,
  check: CheckTaskDefinition,
  renderMerged: RenderMerged,
): Promise<string> {
  const config = readConfig(environment, false);
  const input = choose(readDefinitions(json), family);
  const definition = await check(input);
  const context = previewContext(config, readDockerFlags(config.dockerFlags, environment));
  const task = previewTask(definition, input.revision ?? 1, service);
  const folder = config.overridesFolder;
  return merged
    ? renderMerged(task, definition, context, folder, environment)
    : previewText(task, definition, context, folder);
}

function readDockerFlags(flags: string, environment: NodeJS.ProcessEnv): DockerFlags {
  try {
    return parseDockerFlags(flags, environment, (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`ECS_DOCKER_FLAGS: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** What the output of describe-task-definition has besides the input of register-task-definition. */
type GivenDefinition = RegisterTaskDefinitionRequest & Pick<AwsTaskDefinition, 'revision'>;

function readDefinitions(json: string): GivenDefinition[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Error(`not valid JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const found = (Array.isArray(parsed) ? parsed : [parsed]).map((one: unknown) =>
    isObject(one) && 'taskDefinition' in one ? one.taskDefinition : one,
  );
  if (found.length === 0 || !found.every((one) => isObject(one) && 'containerDefinitions' in one)) {
    throw new Error('this is no task definition: it has no containerDefinitions');
  }
  return found as GivenDefinition[];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function choose(definitions: readonly GivenDefinition[], family: string | undefined): GivenDefinition {
  const families = [...new Set(definitions.map((one) => one.family ?? 'without a name'))].join(', ');
  const wanted = definitions.filter((one) => family === undefined || one.family === family);
  const [first, ...others] = wanted;
  if (first === undefined) throw new Error(`no family is called ${family ?? ''}; there is: ${families}`);
  if (family === undefined && others.length > 0) {
    throw new Error(`several task definitions; choose one with --family: ${families}`);
  }
  // Of several revisions, the newest, as when a task is run by its family.
  return wanted.reduce((newest, one) => ((one.revision ?? 0) > (newest.revision ?? 0) ? one : newest), first);
}
