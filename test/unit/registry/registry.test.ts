import t from 'tap';
import type { Repository } from '../../../src/model/ecr.ts';
import { createPasswords } from '../../../src/registry/passwords.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { isForRegistry } from '../../../src/registry/http.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { documentMigrations } from '../../../src/store/documents.ts';
import { createEcrStore } from '../../../src/store/ecr/store.ts';

const ecr = createEcrStore(openDatabase(':memory:', [documentMigrations]));
const now = (): Date => new Date(Date.UTC(2026, 0, 1));
const repository: Repository = {
  scope: { account: '123456789012', region: 'eu-west-1' },
  name: 'team/app',
  createdAt: now(),
  isImmutable: false,
  scanOnPush: false,
  tags: {},
};
ecr.putRepository(repository);
const registry = createRegistry({
  ecr,
  dataDir: t.testdir(),
  environment: { PATH: '/nowhere' },
  host: () => 'localhost:4566',
  now,
  log: () => undefined,
});

t.test('images of repositories here are found by every name that they have', (t) => {
  const here = 'localhost:4566/123456789012.dkr.ecr.eu-west-1/team/app';
  const digest = `sha256:${'0'.repeat(64)}`;
  const cases: [asked: string, found: string | undefined][] = [
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:tag', `${here}:tag`],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app', `${here}:latest`],
    [`123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@${digest}`, `${here}@${digest}`],
    ['123456789012.dkr.ecr.eu-west-1.localhost.localstack.cloud:4566/team/app:tag', `${here}:tag`],
    [`${here}:tag`, `${here}:tag`],
    ['123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:tag', undefined],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/other:tag', undefined],
    ['123456789012.dkr.ecr.eu-west-1.evil.example/team/app:tag', undefined],
    ['localhost:5000/123456789012.dkr.ecr.eu-west-1/team/app:tag', undefined],
    ['team/app:tag', undefined],
    ['busybox', undefined],
  ];
  for (const [asked, found] of cases) t.equal(registry.locate(asked)?.image, found, asked);
  t.end();
});

t.test('a password is good for twelve hours, and only as it was made', (t) => {
  const passwords = createPasswords();
  const { password, expiresAt } = passwords.make(now());
  t.strictSame(expiresAt, new Date(Date.UTC(2026, 0, 1, 12)));
  t.equal(passwords.check(password, now()), 'valid');
  t.equal(passwords.check(password, expiresAt), 'expired');
  t.equal(passwords.check(password.replace(/^1/, '2'), now()), 'wrong');
  for (const wrong of ['', '.', 'x.y', password.slice(0, -1)])
    t.equal(passwords.check(wrong, now()), 'wrong', wrong);
  t.equal(createPasswords().check(password, now()), 'wrong');
  t.end();
});

t.test('requests of Docker are told from those of AWS clients', (t) => {
  const head = { method: 'GET', headers: {}, signedFor: undefined };
  for (const url of ['/v2', '/v2/', '/v2/a/manifests/b']) t.ok(isForRegistry({ ...head, url }), url);
  for (const url of ['/', '/v2x', '/bucket/v2/x']) t.notOk(isForRegistry({ ...head, url }), url);
  t.notOk(isForRegistry({ ...head, url: '/v2/x', signedFor: 's3' }));
  t.end();
});
