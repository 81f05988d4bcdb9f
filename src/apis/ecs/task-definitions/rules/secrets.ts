import type { ContainerDefinition, EnvironmentFile } from '@aws-sdk/client-ecs';
import { parseArn } from '../../../../model/arn.ts';
import { firstDuplicate, type ContainerRule } from './rule.ts';

export function isFileOnS3(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 's3' && arn.resource !== '';
}

/**
 * What is wrong with a list of environment files. Source: ECS's words, September 2026. The developer guide asks for names
 * that end in `.env`; that ECS refuses others is not known, so they are taken.
 */
export function environmentFilesProblem(files: readonly EnvironmentFile[] = []): string | undefined {
  if (files.length > 10)
    return 'The maximum number of environment files was exceeded. Specify ten or less and try again.';
  return files.every(({ value = '' }) => isFileOnS3(value)) ? undefined : 'Invalid arn syntax.';
}

/** Source: ECS's words, recorded in public issues of 2019 to 2026. */
export function secretNamesProblem({
  secrets = [],
  environment = [],
}: ContainerDefinition): string | undefined {
  const names = secrets.map(({ name = '' }) => name);
  const shared =
    names.find((name) => environment.some((variable) => variable.name === name)) ?? firstDuplicate(names);
  return shared === undefined
    ? undefined
    : `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared}'.`;
}

/** What `secrets` may say. */
export const secretRules: readonly ContainerRule[] = [
  // Source: ECS's words, September 2026.
  ({ secrets = [] }, { caller }) => {
    for (const { valueFrom = '' } of secrets) {
      const arn = parseArn(valueFrom);
      if (arn?.service === 'ssm' && arn.scope.account !== caller.account) {
        return `The Systems Manager parameter ARN has a different account ID than the current account. The current account ID is ${caller.account} and the ARN account ID is ${arn.scope.account}. Cross-account access for ARNs is not currently supported.`;
      }
    }
    return undefined;
  },
  // Source: ECS's words, recorded in public issues of 2022 to 2026. All that is no ARN of a parameter or secret is a name.
  ({ secrets = [] }) => {
    const wrong = secrets.find(({ valueFrom = '' }) => {
      const service = parseArn(valueFrom)?.service;
      return (
        service !== 'ssm' && service !== 'secretsmanager' && !/^[a-zA-Z0-9_.\-/]{1,2048}$/.test(valueFrom)
      );
    });
    return (
      wrong &&
      `The Systems Manager parameter name specified for secret ${wrong.name ?? ''} is invalid. The parameter name can be up to 2048 characters and include the following letters and symbols: a-zA-Z0-9_.-`
    );
  },
  secretNamesProblem,
  // Source: ECS's words, recorded in public issues of 2019 to 2026.
  ({ secrets = [] }, { definition }) =>
    secrets.length > 0 && !definition.executionRoleArn
      ? "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
      : undefined,
];
