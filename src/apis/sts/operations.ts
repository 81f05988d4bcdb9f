import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Operation } from '../../model/ports.ts';

/** Who the credentials belong to; signatures are not verified, so it is whoever the request says it is. */
const getCallerIdentity: Operation<unknown, GetCallerIdentityResponse, unknown> = ({ caller }) => ({
  Arn: caller.principalArn,
  UserId: 'AIDAECSIDECAREXAMPLE1',
  Account: caller.account,
});

/** Every action that is built, by its AWS name. */
const operations: Api['actions'] = { GetCallerIdentity: getCallerIdentity };

const refuse = (_action: string, path: string): AwsError =>
  new AwsError('ValidationError', `1 validation error detected: the value at '${path}' is not valid`);

/** The part of STS that clients ask before anything else. */
export function createStsApi(): Api {
  return {
    service: 'sts',
    wire: {
      protocol: 'query',
      version: '2011-06-15',
      xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    },
    actions: operations,
    missingMember: refuse,
    invalidEnum: refuse,
    invalidValue: refuse,
  };
}
