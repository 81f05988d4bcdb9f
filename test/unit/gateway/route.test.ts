import t from 'tap';
import { route } from '../../../src/gateway/route.ts';
import type { ServedApi } from '../../../src/model/api.ts';

const apis = [
  { service: 'sts', wire: { protocol: 'query', version: '1', xmlNamespace: 'x' } },
  { service: 's3', wire: { protocol: 'rest', claims: () => true } },
] as unknown as readonly ServedApi[];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

t.test('an object that is PUT with the content type of a form is no form', (t) => {
  const kindOf = (method: string, url: string): string => {
    const query = new URLSearchParams(url.split('?')[1] ?? '');
    return route(apis, { method, url, headers: FORM, signedFor: undefined, query }).kind;
  };
  t.equal(kindOf('PUT', '/bucket/key?AWSAccessKeyId=a&Signature=s&Expires=1'), 'rest');
  t.equal(kindOf('POST', '/'), 'form');
  t.equal(kindOf('GET', '/?Action=GetCallerIdentity'), 'form');
  t.end();
});
