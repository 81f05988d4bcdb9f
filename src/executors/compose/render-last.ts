import { Scalar, YAMLMap, type Document } from 'yaml';
import type { Task } from '../../model/task.ts';
import type { ComposeProject, ComposeService } from './interpolation.ts';
import { extraName, isReservedLabel, LABELS } from './names.ts';
import { renderOwnLabels } from './render-labels.ts';
import { yamlOf } from './render-text.ts';
import type { RenderContext } from './render.ts';

/** What of a rendered project no override may change. */
export type LastFile = {
  /** The project as rendered, before any override. */
  readonly project: ComposeProject;
  readonly task: Task;
  readonly context: RenderContext;
  /** Services that the overrides add. */
  readonly extras: readonly string[];
  /** By service: local images that stand in for those that overrides name. */
  readonly images?: ReadonlyMap<string, string>;
  /** From where relative paths in the overrides go. */
  readonly projectDirectory: string;
};

/** Where the last file says from which folder relative paths go, for later calls of Compose. */
export const PROJECT_DIRECTORY_KEY = 'x-project-directory';

/**
 * The file that Compose merges last, after the user's: by it the sidecar knows and drives the containers, whatever an
 * override says. One container each, with its name and labels, that is started again by nobody else. Services that
 * overrides add get the labels by which they are removed with their task.
 */
export function lastText({ project, task, context, extras, images, projectDirectory }: LastFile): string {
  const imageOf = (name: string): Pick<ComposeService, 'image'> => {
    const image = images?.get(name);
    return image === undefined ? {} : { image };
  };
  const services = Object.entries(project.services ?? {}).map(([name, service]): [string, ComposeService] => [
    name,
    { ...ofService(service), ...imageOf(name) },
  ]);
  const added = extras.map((name): [string, ComposeService] => [
    name,
    { labels: renderOwnLabels(task, extraName(name), false, context), ...imageOf(name) },
  ]);
  const file = yamlOf({
    [PROJECT_DIRECTORY_KEY]: projectDirectory,
    services: Object.fromEntries([...services, ...added]),
  });
  for (const [name] of services) resetProfiles(file, name);
  file.commentBefore =
    ' Made by ecsidecar and merged last: what it needs to know and drive the containers of the task.';
  return file.toString({ lineWidth: 0 });
}

function ofService({ container_name, labels }: ComposeService): ComposeService {
  const all = Object.entries((labels ?? {}) as Record<string, string>);
  const own: ReadonlySet<string> = new Set(Object.values(LABELS));
  return {
    ...(container_name !== undefined && { container_name }),
    labels: Object.fromEntries(all.filter(([name]) => own.has(name) || isReservedLabel(name))),
    restart: 'no',
    scale: 1,
    deploy: { replicas: 1, restart_policy: { condition: 'none' } },
  };
}

/** Which containers a task has is its definition's. Compose adds profiles up, so they can only be taken away. */
function resetProfiles(file: Document, name: string): void {
  const service = file.getIn(['services', name]);
  if (!(service instanceof YAMLMap)) return;
  const nothing = new Scalar(null);
  nothing.tag = '!reset';
  service.add({ key: 'profiles', value: nothing });
}
