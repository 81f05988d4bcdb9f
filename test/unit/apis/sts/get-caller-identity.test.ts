import t from 'tap';
import { createStsApi } from '../../../../src/apis/sts/operations.ts';

const caller = {
  account: '123456789012',
  region: 'eu-west-1',
  principalArn: 'arn:aws:iam::123456789012:user/test',
};

t.test('GetCallerIdentity tells the account and the principal of the request', (t) => {
  const { signal } = new AbortController();
  const answer = createStsApi().actions['GetCallerIdentity']!({ caller, signal }, {});
  t.strictSame(answer, {
    Arn: 'arn:aws:iam::123456789012:user/test',
    UserId: 'AIDAECSIDECAREXAMPLE1',
    Account: '123456789012',
  });
  t.end();
});

t.test('STS is served by the Query protocol in the version that clients name', (t) => {
  const { service, wire, actions, schema } = createStsApi();
  t.equal(service, 'sts');
  t.strictSame(wire, {
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  });
  t.strictSame(Object.keys(actions), ['GetCallerIdentity']);
  t.equal(schema, undefined, 'the action takes no members: there is nothing to check');
  t.end();
});
