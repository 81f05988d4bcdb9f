import t from 'tap';
import { readCredential, requireRegion } from '../../../src/gateway/caller.ts';

const none = new URLSearchParams();
const signed = (scope: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
});

t.test('account, region and service are those of the credential scope', (t) => {
  t.match(readCredential(signed('test/20260101/eu-central-1/ecs/aws4_request'), none), {
    caller: { account: '000000000000', region: 'eu-central-1' },
    service: 'ecs',
  });
  t.match(readCredential(signed('123456789012/20260101/us-gov-west-1/logs/aws4_request'), none), {
    caller: { account: '123456789012', region: 'us-gov-west-1', principalArn: /^arn:aws:iam::123456789012:/ },
    service: 'logs',
  });
  t.end();
});

t.test('presigned requests carry it in the query; unsigned ones get the defaults', (t) => {
  const query = new URLSearchParams({
    'X-Amz-Credential': '111111111111/20260101/ap-south-1/sts/aws4_request',
  });
  t.match(readCredential({}, query), {
    caller: { account: '111111111111', region: 'ap-south-1' },
    service: 'sts',
  });
  t.match(readCredential({}, none), {
    caller: { account: '000000000000', region: 'us-east-1' },
    service: undefined,
  });
  t.end();
});

t.test('a region that is none is refused: it would become a folder name', (t) => {
  for (const region of ['../../etc', 'US-EAST-1', 'us_east_1', '', 'a'.repeat(40), 'us-east-1..', '.']) {
    const { caller } = readCredential(signed(`test/20260101/${region}/ecs/aws4_request`), none);
    t.throws(
      () => {
        requireRegion(caller);
      },
      {
        code: 'InvalidSignatureException',
      },
    );
  }
  t.end();
});
