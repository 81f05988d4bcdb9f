import t from 'tap';
import { createStsApi } from '../../../../src/apis/sts/operations.ts';

t.test('GetCallerIdentity tells the account and the principal of the request', (t) => {
  const caller = {
    account: '123456789012',
    region: 'us-east-1',
    principalArn: 'arn:aws:iam::123456789012:user/test',
  };
  const answer = createStsApi().actions['GetCallerIdentity']!(
    { caller, signal: new AbortController().signal },
    {},
  );
  t.match(answer, { Account: '123456789012', Arn: caller.principalArn, UserId: /^AIDA/ });
  t.end();
});
