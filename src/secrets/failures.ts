import { ExecutorError } from '../model/ports.ts';
import { SourceError } from './source.ts';

// Source: ECS's words, recorded from stopped tasks in public issues and notes of 2025 and 2026; where nothing answers, and
// where an agent's text has no recording, they are joined from the parts that are known.

const AUTH = 'unable to pull secrets or registry auth';

/** A task that is not given what it needs: `ResourceInitializationError: …` once the scheduler tells it. */
const initialization = (message: string): ExecutorError => new ExecutorError('cannotInitialize', message);

/** `what`: e.g. `unable to retrieve secrets from ssm`. */
const retrieval = (
  what: string,
  { message, attempts }: { message: string; attempts: number },
): ExecutorError =>
  initialization(
    `${AUTH}: execution resource retrieval failed: ${what}: service call has been retried ${attempts} time(s): ${message}`,
  );

export const parametersFailure = (error: SourceError): ExecutorError =>
  error.isUnreachable
    ? initialization(
        `${AUTH}: unable to retrieve secrets from ssm: The task cannot pull secrets from AWS Systems Manager. There is a connection issue between the task and AWS Systems Manager Parameter Store. Check your task network configuration. ${error.message}`,
      )
    : retrieval('unable to retrieve secrets from ssm', error);

export const missingParameters = (names: readonly string[], hint: string): ExecutorError =>
  retrieval('unable to retrieve secrets from ssm', {
    message: `invalid ssm parameters: ${names.join(',')}${hint}`,
    attempts: 1,
  });

export const secretFailure = (secretId: string, error: SourceError): ExecutorError => {
  const message = `failed to fetch secret ${secretId} from secrets manager: ${error.message}`;
  return error.isUnreachable
    ? initialization(
        `${AUTH}: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration. ${message}`,
      )
    : retrieval('unable to retrieve secret from asm', { message, attempts: error.attempts });
};

/** What a secret holds is not what was expected of it. */
export const secretContentFailure = (error: unknown): ExecutorError =>
  retrieval('unable to retrieve secret from asm', { message: textOf(error), attempts: 1 });

/** A `valueFrom` that names nothing. */
export const referenceFailure = (error: unknown): ExecutorError =>
  initialization(
    `${AUTH}: execution resource retrieval failed: unable to retrieve secret from asm: ${textOf(error)}`,
  );

/** The local file of secrets cannot be read. The wording is ours. */
export const localFailure = (error: unknown): ExecutorError =>
  initialization(`${AUTH}: execution resource retrieval failed: ${textOf(error)}`);

/** AWS's own does not name the file. */
export const environmentFileFailure = (arn: string, error: unknown): ExecutorError =>
  initialization(`failed to download env files: ${told(error)} (${arn})`);

/** Source: ECS agent, downloadConfigFromS3. */
export const firelensFailure = (arn: string, error: unknown): ExecutorError =>
  initialization(
    `unable to download firelens s3 config file: unable to download s3 config ${arn}: ${told(error)}`,
  );

const told = (error: unknown): string =>
  error instanceof SourceError
    ? `service call has been retried ${error.attempts} time(s): ${error.message}`
    : textOf(error);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
