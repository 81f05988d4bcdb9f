import { createDefinitionCheck } from './check-task-definition.ts';
import { VARIABLES, VERSION, type Config } from './config.ts';
import { examine } from './examine.ts';
import type { DockerFlags } from './executors/compose/docker-flags.ts';
import { previewContext, previewTask, previewText } from './executors/compose/preview.ts';
import { notActedOn } from './executors/compose/render.ts';
import { readContainers, readProject, type TaskFactsOptions } from './executors/compose/task-facts.ts';
import { watchUsage } from './executors/compose/task-usage.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Scope } from './model/caller.ts';
import type { ConsolePorts, ReloadReport } from './model/console-ports.ts';
import type { EcsEvent } from './model/ecs-event.ts';
import { watchedContainers } from './reload/match.ts';
import type { openStores } from './store/open.ts';

export type ConsoleParts = {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly stores: ReturnType<typeof openStores>;
  /** Of the API, once it listens. */
  readonly url: URL;
  /** What the health routes answer. */
  readonly health: () => unknown;
  readonly dockerFlags: DockerFlags;
  readonly facts: TaskFactsOptions;
  /** What decides which mounts are watched. */
  readonly watching: Parameters<typeof watchedContainers>[1];
};

const SHOWN_RELOADS = 50;

/** What the Resource Browser reads from. This file is loaded when somebody opens it. */
export function wireConsole(parts: ConsoleParts): ConsolePorts {
  const { config, environment, stores, url, facts, dockerFlags } = parts;
  const { upstreamUrl } = config;
  const { store, events } = stores;
  const checkDefinition = createDefinitionCheck();
  const listen = { ...config.listen, port: Number(url.port || '80') };
  return {
    changes: stores.changes,
    info: () => ({
      version: VERSION,
      defaultScope: DEFAULT_SCOPE,
      scopes: withDefault(stores.scopes()),
      dataDir: config.dataDir,
      endpoint: url.origin,
      health: parts.health(),
      ...(upstreamUrl !== undefined && { upstreamUrl }),
      options: VARIABLES.flatMap(([name]) => (environment[name]?.trim() ? [name] : [])),
    }),
    // The port that it has, where it was to take a free one.
    examine: () => examine({ ...config, listen }, environment),
    async preview(input) {
      const definition = await checkDefinition(input);
      const context = previewContext(config, dockerFlags);
      const task = previewTask(definition, 1);
      const compose = await previewText(task, definition, context, config.overridesFolder);
      return { compose, notes: notActedOn(definition).map((field) => `Accepted and not acted on: ${field}`) };
    },
    tasks: store.tasks,
    taskDefinitions: store.taskDefinitions,
    // Most tasks are never reloaded.
    reloads: ({ arn, reloads }) =>
      reloads ? events.listAbout('ECS Task Reload', arn, SHOWN_RELOADS).map(reloadReport) : [],
    watched: ({ overriddenWatch }, definition) =>
      new Map(
        watchedContainers(definition, parts.watching, overriddenWatch).containers.map(({ name, mounts }) => [
          name,
          mounts.map(({ hostPath }) => hostPath),
        ]),
      ),
    project: (task) => readProject(config.dataDir, task),
    containers: (task) => readContainers(facts, task),
    usage: (arn, signal) => watchUsage(facts, arn, signal),
  };
}

const DEFAULT_SCOPE: Scope = { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION };

const withDefault = (scopes: readonly Scope[]): readonly Scope[] =>
  scopes.some(({ account, region }) => account === DEFAULT_ACCOUNT && region === DEFAULT_REGION)
    ? scopes
    : [DEFAULT_SCOPE, ...scopes];

/** The detail of such an event has these members; see `reloadEvents`. */
function reloadReport({ time, detail }: EcsEvent): ReloadReport {
  const {
    taskArn: _taskArn,
    group: _group,
    ...report
  } = detail as Omit<ReloadReport, 'at'> & Readonly<Record<'taskArn' | 'group', unknown>>;
  return { ...report, at: new Date(time) };
}
