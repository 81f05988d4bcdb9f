import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  dockerConfigPath,
  findRegistryAuth as findAuth,
} from '../../../../src/executors/compose/registry-auth.ts';

const findRegistryAuth = (image: string, environment: NodeJS.ProcessEnv) =>
  findAuth(image, environment, () => undefined);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

t.test('DOCKER_CONFIG is a folder, or the file itself', (t) => {
  t.equal(dockerConfigPath({ DOCKER_CONFIG: '/etc/docker' }), '/etc/docker/config.json');
  t.equal(dockerConfigPath({ DOCKER_CONFIG: '/config.json' }), '/config.json');
  t.equal(
    dockerConfigPath({ DOCKER_CONFIG: '' }),
    join(homedir(), '.docker/config.json'),
    'empty is not given',
  );
  t.end();
});

t.test(
  'a store that is not on this machine is passed over; a helper named for the registry is not',
  async (t) => {
    const folder = t.testdir({
      'config.json': JSON.stringify({
        credsStore: 'of-another-machine',
        credHelpers: { 'a.example.com': 'absent' },
        auths: { 'b.example.com': { auth: base64('me:secret') } },
      }),
    });
    const find = (image: string) => findRegistryAuth(image, { DOCKER_CONFIG: folder, PATH: '/bin:/usr/bin' });
    t.equal(await find('busybox'), undefined);
    t.match(await find('b.example.com/x'), { username: 'me', password: 'secret' });
    await t.rejects(find('a.example.com/x'), /docker-credential-absent failed: .*ENOENT/);
  },
);

t.test('credentials come from auths, by host, whatever the form of the key', async (t) => {
  const folder = t.testdir({
    'config.json': JSON.stringify({
      auths: {
        'https://index.docker.io/v1/': { auth: base64('me:a:b') },
        'https://registry.example.com/v2/': { identitytoken: 'token' },
        'empty.example.com': {},
        'plain.example.com': { username: 'u', password: 'p' },
      },
    }),
  });
  const find = (image: string) => findRegistryAuth(image, { DOCKER_CONFIG: folder });
  t.match(await find('busybox'), { username: 'me', password: 'a:b' }, 'a colon may stand in a password');
  t.match(await find('registry.example.com/x'), { identitytoken: 'token' });
  t.equal(await find('empty.example.com/x'), undefined);
  t.match(await find('plain.example.com/x'), { username: 'u', password: 'p' });
  t.equal(await find('other.example.com/x'), undefined);
  t.equal(await findRegistryAuth('busybox', { DOCKER_CONFIG: join(folder, 'absent') }), undefined);
});

t.test('a credential helper is asked, its failure is told and its output is not', async (t) => {
  const folder = t.testdir({
    'config.json': JSON.stringify({ credHelpers: { 'a.example.com': 'fake' }, credsStore: 'none' }),
  });
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const program = async (name: string, text: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program('docker-credential-none', 'echo "credentials not found in native keychain"; exit 1');
  const find = (image: string) =>
    findRegistryAuth(image, { DOCKER_CONFIG: folder, PATH: `${bin}:/bin:/usr/bin` });
  await program('docker-credential-fake', `read host; printf '{"Username":"u","Secret":"%s"}' "$host"`);
  t.match(await find('a.example.com/x'), { username: 'u', password: 'a.example.com' });
  await program('docker-credential-fake', `cat >/dev/null; echo '{"Username":"<token>","Secret":"s"}'`);
  t.match(await find('a.example.com/x'), { identitytoken: 's' });
  t.equal(await find('b.example.com/x'), undefined, 'a store without an entry');
  await program('docker-credential-fake', 'cat >/dev/null; echo secret-not-json');
  await t.rejects(find('a.example.com/x'), { message: 'docker-credential-fake printed no valid JSON' });
});

t.test('a config.json that is no JSON, or names no valid helper, is told', async (t) => {
  const broken = t.testdir({
    'config.json': '{"auths":secret}',
    other: { 'config.json': '{"credsStore":"../../bin/sh"}' },
  });
  const error = await findRegistryAuth('busybox', { DOCKER_CONFIG: broken }).catch(
    (reason: unknown) => reason,
  );
  t.match(error, { message: /is no valid JSON$/ });
  t.notOk(error instanceof Error && error.cause, "the parser's message has a part of the file in it");
  await t.rejects(
    findRegistryAuth('busybox', { DOCKER_CONFIG: join(broken, 'other') }),
    /helper's name .* is not valid/,
  );
});

t.test(
  'a folder in place of the file has no credentials; a file that cannot be read is warned of',
  async (t) => {
    const folder = t.testdir({ 'config.json': {} });
    const warnings: string[] = [];
    const find = (path: string) =>
      findAuth('busybox', { DOCKER_CONFIG: path }, (text) => {
        warnings.push(text);
      });
    t.equal(
      await find(join(folder, 'config.json')),
      undefined,
      'Docker makes one where there is no file to mount',
    );
    t.same(warnings, []);
    const loop = join(folder, 'loop.json');
    await symlink(loop, loop);
    t.equal(await find(loop), undefined);
    t.same(warnings, [`${loop} cannot be read (ELOOP)`]);
  },
);
