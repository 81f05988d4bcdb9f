import { pause } from '../lib/pause.ts';
import { DEFAULT_ACCOUNT, type Scope } from '../model/caller.ts';
import { SourceError, type Source } from './source.ts';

const MAX_ATTEMPTS = 3;
/** An upstream that is started together with the sidecar is given this long. ECS takes minutes. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 500;
const CONNECT_MS = 3000;
const REQUEST_MS = 10_000;
/** Environment files and configurations are small; what is larger is something else. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

/**
 * What the endpoint at this address has, asked through the AWS SDK, of which each client is loaded when it is first
 * needed. Requests are the task's: its account as access key, as its containers have it, and its region.
 */
export function createAwsSource(url: string, { patienceMs = PATIENCE_MS } = {}): Source {
  const asked = <T>(
    operation: string,
    signal: AbortSignal,
    client: { destroy(): void },
    ask: () => Promise<T>,
  ): Promise<T> =>
    askPatiently({ operation, url, patienceMs, signal, ask }).finally(() => {
      client.destroy();
    });

  const clientOptions = ({ account, region }: Scope) => ({
    endpoint: url,
    region,
    credentials: {
      accessKeyId: account === DEFAULT_ACCOUNT ? 'test' : account,
      secretAccessKey: 'test',
    },
    maxAttempts: MAX_ATTEMPTS,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  });

  return {
    async parameters(scope, names, signal) {
      const { SSMClient, GetParametersCommand } = await import('@aws-sdk/client-ssm');
      const client = new SSMClient(clientOptions(scope));
      const command = new GetParametersCommand({ Names: [...names], WithDecryption: true });
      const { Parameters = [] } = await asked('SSM: GetParameters', signal, client, () =>
        client.send(command, { abortSignal: signal }),
      );
      return new Map(
        Parameters.flatMap(({ Name, Value }) => (Name === undefined ? [] : [[Name, Value ?? ''] as const])),
      );
    },

    async secret(scope, { region = scope.region, secretId, versionStage, versionId }, signal) {
      const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      const client = new SecretsManagerClient(clientOptions({ ...scope, region }));
      const command = new GetSecretValueCommand({
        SecretId: secretId,
        ...(versionStage !== undefined && { VersionStage: versionStage }),
        ...(versionId !== undefined && { VersionId: versionId }),
      });
      const { SecretString } = await asked('Secrets Manager: GetSecretValue', signal, client, () =>
        client.send(command, { abortSignal: signal }),
      );
      // Source: ECS developer guide: only secrets that hold text. The wording is ours.
      if (SecretString === undefined) throw new SourceError('the secret holds no text (SecretString)');
      return SecretString;
    },

    async object(scope, { bucket, key }, signal) {
      const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3');
      const client = new S3Client({
        ...clientOptions(scope),
        forcePathStyle: true,
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      return asked('S3: GetObject', signal, client, async () => {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key });
        const { Body, ContentLength = 0 } = await client.send(command, { abortSignal: signal });
        if (ContentLength > MAX_OBJECT_BYTES)
          throw new SourceError(`the object has more than ${MAX_OBJECT_BYTES / 1024 / 1024} MiB`);
        return (await Body?.transformToString('utf-8')) ?? '';
      });
    },
  };
}

/** Errors of connections to what is not up yet; Docker's proxy resets those to a port on which nobody listens. */
const NOBODY_THERE: ReadonlySet<string | undefined> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
]);

/** Modelled errors of these actions: AWS's client names them without `api error`. */
const MODELLED = new Set([
  'DecryptionFailure',
  'InternalServerError',
  'InternalServiceError',
  'InvalidKeyId',
  'InvalidObjectState',
  'InvalidParameterException',
  'InvalidRequestException',
  'NoSuchKey',
  'ResourceNotFoundException',
]);

/**
 * Runs one action, again while nobody listens at the upstream and patience lasts. Its failure is told in the words of AWS's
 * client for Go, with which ECS's agents ask. Source: ECS's words, recorded 2025 and 2026: `operation error SSM:
 * GetParameters, https response error StatusCode: 400, RequestID: …, api error AccessDeniedException: …`.
 */
async function askPatiently<T>({
  operation,
  url,
  patienceMs,
  signal,
  ask,
}: {
  readonly operation: string;
  readonly url: string;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly ask: () => Promise<T>;
}): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (let asked = 0; ;) {
    try {
      return await ask();
    } catch (error) {
      const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
      if (!isLate) signal.throwIfAborted();
      if (error instanceof SourceError || !(error instanceof Error)) throw error;
      const failure: AwsClientError = isLate ? signal.reason : error;
      asked += failure.$metadata?.attempts ?? 1;
      if (isLate || !NOBODY_THERE.has(failure.code) || performance.now() >= endMs)
        throw sourceError(operation, url, failure, asked);
      await pause(PAUSE_MS, signal);
    }
  }
}

type AwsClientError = Error & {
  /** On errors that the service told. */
  readonly $fault?: 'client' | 'server';
  readonly code?: string;
  /** S3's alone. */
  readonly HostId?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly attempts?: number;
  };
};

function sourceError(operation: string, url: string, error: AwsClientError, attempts: number): SourceError {
  const { httpStatusCode: status, requestId = '' } = error.$metadata ?? {};
  const exceeded = attempts < MAX_ATTEMPTS ? '' : `exceeded maximum number of attempts, ${attempts}, `;
  const prefix = `operation error ${operation}, ${exceeded}https response error StatusCode:`;
  if (status === undefined) {
    const what =
      error.name === 'TimeoutError'
        ? 'canceled, context deadline exceeded'
        : `request send failed, Post "${url}/": ${error.message || (error.code ?? error.name)}`;
    return new SourceError(`${prefix} 0, RequestID: , ${what}`, {
      isUnreachable: true,
      attempts,
    });
  }
  // What cannot be read may hold a value, and the parser's message repeats some of it.
  if (error.$fault === undefined)
    return new SourceError(`${prefix} ${status}, RequestID: ${requestId}, deserialization failed`, {
      attempts,
    });
  const named = MODELLED.has(error.name) ? error.name : `api error ${error.name}`;
  const host = error.HostId === undefined ? '' : `HostID: ${error.HostId}, `;
  return new SourceError(`${prefix} ${status}, RequestID: ${requestId}, ${host}${named}: ${error.message}`, {
    attempts,
  });
}
