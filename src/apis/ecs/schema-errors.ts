import { ClientException, InvalidParameterException, type AwsError } from '../../model/aws-error.ts';
import { violationWords } from '../../model/violation.ts';

const lastName = (path: string): string => /([A-Za-z]+)(?:\[\d+\])*$/.exec(path)?.[1] ?? path;

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `launchType` as ECS says it: `launch type`. */
const words = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** RegisterTaskDefinition refuses with ClientException, all other actions with InvalidParameterException. */
const refusal = (action: string, message: string): AwsError =>
  action === 'RegisterTaskDefinition' ? new ClientException(message) : new InvalidParameterException(message);

/** Members whose absence has words of its own. Source: ECS's words, recorded in GitHub issues. */
const MISSING: Readonly<Record<string, string>> = {
  'DescribeTasks.tasks': 'Tasks cannot be empty.',
  'RegisterTaskDefinition.containerDefinitions': 'Container list cannot be empty.',
};

/** Source: ECS's words `Family can not be blank.`, `TaskDefinition can not be blank.` */
export function missingMember(action: string, path: string): AwsError {
  return refusal(action, MISSING[`${action}.${path}`] ?? `${capitalised(lastName(path))} can not be blank.`);
}

/** Source: ECS's words, also `Scheduling strategy should be…` and, for account settings, `unknown should be one of […`. */
function enumName(action: string, path: string): string {
  const name = lastName(path);
  if (name === 'schedulingStrategy') return 'Scheduling strategy';
  return name === 'name' && action.includes('AccountSetting') ? 'unknown' : words(name);
}

/** Source: ECS's words `launch type should be one of [EC2,FARGATE,EXTERNAL]`, `include should be one of [TAGS]`. */
export function invalidEnum(
  action: string,
  path: string,
  value: unknown,
  allowed: readonly string[],
): AwsError {
  // Source: ECS's words, recorded in a GitHub issue of 2017.
  if (/ulimits\[\d+\]\.name$/.test(path)) return refusal(action, `Unrecognized ulimit name ${String(value)}`);
  return refusal(action, `${enumName(action, path)} should be one of [${allowed.join(',')}]`);
}

/** Source: the words that AWS's services share for values outside their model; those of ECS are not known. */
export function invalidValue(action: string, path: string, value: unknown, rule: string): AwsError {
  return refusal(action, violationWords(`'${String(value)}'`, path, rule));
}
