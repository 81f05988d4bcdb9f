import type { ContainerOverride, PropagateTags, RunTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import { environmentOf } from '../../shared/environment.ts';
import { EMPTY_LAUNCH, launchInput, type LaunchDraft } from '../launch/draft.ts';
import type { Tag } from '../../shared/tag-changes.ts';
import { listOf, said, wholeNumber } from '../../shared/typed.ts';

/** What a person changes of one container for this run; empty texts leave the definition's own. */
export type OverrideDraft = {
  readonly name: string;
  /** JSON: a list of words. */
  readonly command: string;
  /** `NAME=value`, a line each. */
  readonly environment: string;
  /** ARNs of S3 objects. */
  readonly environmentFiles: string;
  readonly cpu: string;
  readonly memory: string;
  readonly memoryReservation: string;
};

/** What is changed of the task as a whole. */
export type TaskOverrideDraft = {
  readonly cpu: string;
  readonly memory: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  readonly ephemeralStorageGib: string;
};

export type RunDraft = LaunchDraft & {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly count: string;
  readonly group: string;
  readonly startedBy: string;
  readonly allowsExec: boolean;
  readonly managesTags: boolean;
  readonly propagateTags: Extract<PropagateTags, 'NONE' | 'TASK_DEFINITION'>;
  readonly task: TaskOverrideDraft;
  readonly containers: readonly OverrideDraft[];
  readonly tags: readonly Tag[];
};

export const NO_OVERRIDE: Omit<OverrideDraft, 'name'> = {
  command: '',
  environment: '',
  environmentFiles: '',
  cpu: '',
  memory: '',
  memoryReservation: '',
};

export const EMPTY: RunDraft = {
  ...EMPTY_LAUNCH,
  cluster: 'default',
  taskDefinition: '',
  count: '1',
  group: '',
  startedBy: '',
  allowsExec: false,
  managesTags: false,
  propagateTags: 'NONE',
  task: { cpu: '', memory: '', taskRoleArn: '', executionRoleArn: '', ephemeralStorageGib: '' },
  containers: [],
  tags: [],
};

/**
 * RunTask's input for it; what AWS has rules for is AWS's to refuse. Only tasks in awsvpc mode take a network. Throws an
 * Error for what could not be said in JSON: a command that is no list, a size that is no number.
 */
export function runInput(draft: RunDraft, isAwsvpc: boolean): Wire<RunTaskRequest> {
  const overrides = taskOverride(draft);
  return said({
    cluster: draft.cluster,
    taskDefinition: draft.taskDefinition,
    count: wholeNumber(draft.count, 'The number of tasks'),
    ...launchInput(draft, isAwsvpc),
    group: draft.group || undefined,
    startedBy: draft.startedBy || undefined,
    enableExecuteCommand: draft.allowsExec || undefined,
    enableECSManagedTags: draft.managesTags || undefined,
    propagateTags: draft.propagateTags === 'NONE' ? undefined : draft.propagateTags,
    overrides: Object.keys(overrides).length > 0 ? overrides : undefined,
    tags: [...draft.tags],
  });
}

function taskOverride({ task, containers }: RunDraft): TaskOverride {
  const sizeInGiB = wholeNumber(task.ephemeralStorageGib, 'The ephemeral storage');
  return said({
    cpu: task.cpu.trim() || undefined,
    memory: task.memory.trim() || undefined,
    taskRoleArn: task.taskRoleArn.trim() || undefined,
    executionRoleArn: task.executionRoleArn.trim() || undefined,
    ephemeralStorage: sizeInGiB === undefined ? undefined : { sizeInGiB },
    containerOverrides: containers.map(overrideOf).filter((one) => Object.keys(one).length > 1),
  });
}

function overrideOf(draft: OverrideDraft): ContainerOverride {
  const { name } = draft;
  return said({
    name,
    command: draft.command.trim() === '' ? undefined : wordsOf(name, draft.command),
    environment: environmentOf(draft.environment),
    environmentFiles: listOf(draft.environmentFiles).map((value) => ({ value, type: 's3' as const })),
    cpu: wholeNumber(draft.cpu, `The CPU of ${name}`),
    memory: wholeNumber(draft.memory, `The memory limit of ${name}`),
    memoryReservation: wholeNumber(draft.memoryReservation, `The memory reservation of ${name}`),
  });
}

function wordsOf(container: string, text: string): string[] {
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new Error(`The command of ${container} is a JSON list of strings, such as ["echo", "hello"].`);
}
