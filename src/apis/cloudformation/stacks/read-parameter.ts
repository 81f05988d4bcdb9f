import { AwsError } from '../../../model/aws-error.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type { CloudFormationContext } from '../dependencies.ts';
import { publicParameter } from '../resources/public-parameters.ts';
import type { SsmParameter } from '../template/parameters.ts';

/** An SSM parameter; those that AWS publishes are stood in for where nobody has them. */
export async function readParameter(
  { calls, caller, signal }: Pick<CloudFormationContext, 'calls' | 'caller' | 'signal'>,
  name: string,
): Promise<SsmParameter | undefined> {
  try {
    const input = { Name: name, WithDecryption: true };
    const answer = (await calls.call('ssm', 'GetParameter', input, { caller, signal })) as {
      readonly Parameter?: {
        readonly Value?: string;
        readonly Type?: SsmParameter['type'];
        readonly Version?: number;
      };
    };
    const { Value: value, Type: type = 'String', Version: version } = answer.Parameter ?? {};
    return value === undefined ? undefined : { value, type, ...(version !== undefined && { version }) };
  } catch (error) {
    const isAbsent =
      error instanceof NotServedError ||
      (error instanceof AwsError && /^Parameter(Version)?NotFound$/.test(error.code));
    if (!isAbsent) throw error;
    const value = publicParameter(name);
    return value === undefined ? undefined : { value, type: 'String' };
  }
}
