import type { ContainerOverride, RunTaskRequest } from '@aws-sdk/client-ecs';
import type { Wire } from '../../aws/call.ts';
import type { Tag } from '../../shared/tag-changes.ts';

/** What a person changes of one container for this run. */
export type OverrideDraft = {
  readonly name: string;
  /** JSON: a list of words; empty for the definition's own. */
  readonly command: string;
  /** `NAME=value`, a line each. */
  readonly environment: string;
};

export type RunDraft = {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly count: string;
  /** Empty: the cluster's own choice. */
  readonly launchType: string;
  /** For the mode awsvpc: ids, separated by commas. */
  readonly subnets: string;
  readonly securityGroups: string;
  readonly assignsPublicIp: boolean;
  readonly group: string;
  readonly overrides: readonly OverrideDraft[];
  readonly tags: readonly Tag[];
};

/** RunTask's input for it; what AWS has rules for is AWS's to refuse. Throws an Error for a command that is no list. */
export function runInput(draft: RunDraft): Wire<RunTaskRequest> {
  const containerOverrides = draft.overrides.flatMap((override) => overrideOf(override) ?? []);
  const subnets = listOf(draft.subnets);
  const securityGroups = listOf(draft.securityGroups);
  return {
    cluster: draft.cluster,
    taskDefinition: draft.taskDefinition,
    count: Number(draft.count),
    ...(draft.launchType !== '' && { launchType: draft.launchType as 'EC2' }),
    ...(draft.group !== '' && { group: draft.group }),
    ...(subnets.length > 0 && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets,
          ...(securityGroups.length > 0 && { securityGroups }),
          ...(draft.assignsPublicIp && { assignPublicIp: 'ENABLED' as const }),
        },
      },
    }),
    ...(containerOverrides.length > 0 && { overrides: { containerOverrides } }),
    ...(draft.tags.length > 0 && { tags: [...draft.tags] }),
  };
}

function overrideOf({ name, command, environment }: OverrideDraft): ContainerOverride | undefined {
  const words = command.trim() === '' ? undefined : wordsOf(name, command);
  const variables = environment
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [variable = '', ...value] = line.split('=');
      return { name: variable.trim(), value: value.join('=') };
    });
  if (!words && variables.length === 0) return undefined;
  return { name, ...(words && { command: words }), ...(variables.length > 0 && { environment: variables }) };
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

const listOf = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
