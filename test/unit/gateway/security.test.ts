import t from 'tap';
import { isAllowedHost, refusal } from '../../../src/gateway/security.ts';

t.test('only loopback and the given names are allowed as Host', (t) => {
  const allowed = [
    'localhost',
    'localhost:4566',
    'LOCALHOST:1',
    'a.localhost',
    'data-localhost:4566',
    '127.0.0.1:4566',
    '127.8.8.8',
    '[::1]:4566',
    'localhost.',
    'ecs:4566',
    'ECS',
  ];
  const refused = [
    '',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.example.com',
    'localhost@example.com',
    '128.0.0.1',
    '0.0.0.0',
    '[::2]',
    'notlocalhost',
    'data-ecs',
    'data-localhost.example.com',
    '10.0.0.1',
    'localhost:4566:1',
    'localhost, example.com',
    'x/localhost',
    '127.1',
    '0x7f.0.0.1',
  ];
  for (const host of allowed) t.equal(isAllowedHost(host, ['ecs']), true, host);
  for (const host of refused) t.equal(isAllowedHost(host, ['ecs']), false, host);
  t.end();
});

t.test('a request without Host, from a foreign origin or from another site is refused', (t) => {
  const host = 'localhost:4566';
  t.equal(refusal({ host }, []), undefined);
  t.equal(refusal({ host, origin: 'http://localhost:4566', 'sec-fetch-site': 'same-origin' }, []), undefined);
  t.equal(refusal({ host, 'sec-fetch-site': 'none' }, []), undefined, 'typed into the address bar');
  t.match(refusal({}, []), /Host/);
  t.match(refusal({ host: 'evil.example' }, []), /ALLOWED_HOSTS/);
  for (const origin of [
    'http://evil.example',
    'null',
    'http://localhost:3000',
    'http://localhost:4566.evil.example',
  ]) {
    t.match(refusal({ host, origin }, []), /origin/, origin);
  }
  t.match(refusal({ host, 'sec-fetch-site': 'cross-site' }, []), /other web sites/);
  t.match(
    refusal({ host, 'sec-fetch-site': 'same-site' }, []),
    /other web sites/,
    'another port of localhost',
  );
  t.end();
});
