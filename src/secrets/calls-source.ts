import { text } from 'node:stream/consumers';
import { AwsError } from '../model/aws-error.ts';
import type { Scope } from '../model/caller.ts';
import type { AwsCalls } from '../model/local-apis.ts';
import { SourceError, type Source } from './source.ts';

/** What this sidecar itself stores: its own Parameter Store, Secrets Manager and S3, asked in the process. */
export function createCallsSource(calls: () => AwsCalls): Source {
  const call = async (
    scope: Scope,
    [service, action]: readonly [string, string],
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const caller = { ...scope, principalArn: `arn:aws:iam::${scope.account}:root` };
    try {
      return await calls().call(service, action, input, { caller, signal });
    } catch (error) {
      if (error instanceof AwsError) throw new SourceError(`${error.code}: ${error.message}`);
      throw error;
    }
  };
  return {
    async parameters(scope, names, signal) {
      const input = { Names: [...names], WithDecryption: true };
      const { Parameters } = await call(scope, ['ssm', 'GetParameters'], input, signal);
      // A selector is part of what was asked for, and not of the name.
      return new Map(
        (Parameters as { Name?: string; Selector?: string; Value?: string }[]).flatMap(
          ({ Name = '', Selector = '', Value = '' }) => [[`${Name}${Selector}`, Value] as const],
        ),
      );
    },
    async secret(scope, { region = scope.region, secretId, versionStage, versionId }, signal) {
      const input = { SecretId: secretId, VersionStage: versionStage, VersionId: versionId };
      const action = ['secretsmanager', 'GetSecretValue'] as const;
      const { SecretString } = await call({ ...scope, region }, action, input, signal);
      // Source: ECS developer guide: only secrets that hold text. The wording is ours.
      if (typeof SecretString !== 'string') throw new SourceError('the secret holds no text (SecretString)');
      return SecretString;
    },
    async object(scope, { bucket, key }, signal) {
      const input = { Bucket: bucket, Key: key };
      const { Body } = await call(scope, ['s3', 'GetObject'], input, signal);
      return text(Body as NodeJS.ReadableStream);
    },
  };
}
