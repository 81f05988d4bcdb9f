import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createLocalSource, type LocalValues } from '../../../src/secrets/local-source.ts';
import { parseValueFrom } from '../../../src/secrets/references.ts';

const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-secrets-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, text: string, mode = 0o600): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
};

const source = (paths: readonly string[], areRequired = false, warnings: string[] = []) =>
  createLocalSource({ paths, areRequired, warn: (text) => warnings.push(text) });

const valueOf = (values: LocalValues, valueFrom: string, name = 'NAME'): string | undefined =>
  values.value({ name, valueFrom, reference: parseValueFrom(valueFrom) });

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';
const PARAMETER = 'arn:aws:ssm:us-east-1:000000000000:parameter';

t.test('secrets and parameters are found by name and ARN, values as they are written', async (t) => {
  const path = await write(
    'secrets.yaml',
    `
secrets:
  plain: 'it''s $x: "y"'
  ${ARN}by-arn-AbCdEf: 012
  by: wrong
  by-backup: right
  db:
    user: yes
    port: 5432
    nested: { a: ~ }
  multi: |
    line one
    line two
parameters:
  /prod/level: off
  ${PARAMETER}/prod/other: 1e3
  short: x
`,
  );
  const values = await source([path]).read();
  t.equal(valueOf(values, `${ARN}plain-QwErTy`), 'it\'s $x: "y"');
  t.equal(valueOf(values, `${ARN}plain`), 'it\'s $x: "y"');
  t.equal(valueOf(values, `${ARN}by-arn-AbCdEf`), '012');
  t.equal(valueOf(values, `${ARN}by-arn`), '012', 'a partial ARN');
  t.equal(valueOf(values, `${ARN}by-backup`), 'right', 'not `by` with a suffix');
  t.equal(valueOf(values, `${ARN}by-backup-QwErTy`), 'right');
  t.equal(valueOf(values, `${ARN}db:user::`), 'yes');
  t.equal(valueOf(values, `${ARN}db`), '{"user":"yes","port":"5432","nested":{"a":"~"}}');
  t.equal(valueOf(values, `${ARN}multi`), 'line one\nline two\n');
  t.throws(() => valueOf(values, `${ARN}db:password::`), { message: /did not contain json key password/ });
  t.equal(valueOf(values, '/prod/level'), 'off');
  t.equal(valueOf(values, `${PARAMETER}/prod/level`), 'off');
  t.equal(valueOf(values, '/prod/other'), '1e3');
  t.equal(valueOf(values, `${PARAMETER}/short`), 'x');
  t.equal(valueOf(values, 'absent'), undefined);
  t.equal(valueOf(values, `${ARN}absent`), undefined);
  t.equal(values.secret({ kind: 'secret', region: undefined, secretId: 'plain' }), 'it\'s $x: "y"');
});

t.test('files are paths beside the file, text or variables', async (t) => {
  await write('my.env', 'A=1\n');
  const path = await write(
    'files.yaml',
    `files:
  bucket/path.env: ./my.env
  bucket/text.env: |
    B=2
    C=3
  bucket/map.env: { D: 4 }
  bucket/missing.env: ./nowhere.env
`,
  );
  const values = await source([path]).read();
  const text = (key: string) => values.object({ bucket: 'bucket', key });
  t.equal(await text('path.env'), 'A=1\n');
  t.equal(await text('text.env'), 'B=2\nC=3\n');
  t.equal(await text('map.env'), 'D=4\n');
  t.equal(await text('absent.env'), undefined);
  await t.rejects(text('missing.env'), { message: /nowhere\.env cannot be read: ENOENT/ });
});

t.test('lines of an env file are called like the variable in the container', async (t) => {
  const path = await write('.env', 'DB_PASSWORD="a b" # comment\nOTHER=x\n');
  const values = await source([path]).read();
  t.equal(valueOf(values, `${ARN}prod/db:password::`, 'DB_PASSWORD'), 'a b');
  t.equal(valueOf(values, '/other', 'OTHER'), 'x');
  t.equal(valueOf(values, '/other', 'ABSENT'), undefined);
  t.equal(values.secret({ kind: 'secret', region: undefined, secretId: 'OTHER' }), undefined);
});

t.test('of two files the first counts, and an edit counts at the next use', async (t) => {
  const first = await write('first.yaml', 'parameters: { /a: one }');
  const second = await write('second.env', 'A=two\nB=two\n');
  const local = source([first, second]);
  let values = await local.read();
  t.equal(valueOf(values, '/a', 'A'), 'one');
  t.equal(valueOf(values, '/b', 'B'), 'two');
  await write('first.yaml', 'parameters: { /a: edited }');
  values = await local.read();
  t.equal(valueOf(values, '/a', 'A'), 'edited');
});

t.test('a file that is not there is an error when it was asked for', async (t) => {
  const path = join(folder, 'nowhere.yaml');
  t.equal(valueOf(await source([path]).read(), '/a'), undefined);
  await t.rejects(source([path], true).read(), { message: /nowhere\.yaml cannot be read: ENOENT/ });
});

t.test('what is wrong in a file is told by its line, and nothing of the file is', async (t) => {
  const cases: [text: string, message: RegExp][] = [
    ['secrets:\n  a: "canary\n', /is no valid YAML \(line \d\): [A-Z_]+$/],
    ['secrets:\n  a: canary\n  a: canary\n', /is no valid YAML \(line 3\): DUPLICATE_KEY$/],
    ['- canary\n', /has something else than text and mappings$/],
    ['canary\n', /is to have secrets, parameters or files$/],
    ['secrets: canary\n', /secrets is to be a mapping$/],
  ];
  for (const [text, message] of cases) {
    const path = await write('wrong.yaml', text);
    await t.rejects(
      source([path])
        .read()
        .catch((error: unknown) => {
          const { message: told, stack } = error as Error;
          t.notMatch(`${told}${stack}`, /canary/);
          throw error;
        }),
      { message },
    );
  }
  t.equal(valueOf(await source([await write('empty.yaml', '')]).read(), '/a'), undefined);
});

t.test('a file that others may read is warned of once', async (t) => {
  const warnings: string[] = [];
  const open = await write('open.yaml', '', 0o644);
  const closed = await write('closed.yaml', '', 0o600);
  const local = source([open, closed], false, warnings);
  await local.read();
  await local.read();
  t.same(warnings, [`${open} holds secrets and can be read by others; chmod 600 ${open}`]);
});

t.test('the template is one', async (t) => {
  const template = fileURLToPath(new URL('../../../templates/secrets.yaml', import.meta.url));
  const values = await source([template]).read();
  t.equal(valueOf(values, `${ARN}prod/api-key-AbCdEf`), 'abc123');
  t.equal(valueOf(values, `${ARN}prod/db-AbCdEf:password::`), 'with $, "quotes" and: colons');
  t.equal(valueOf(values, '/prod/log-level'), 'debug');
  const text = (key: string) => values.object({ bucket: 'my-bucket', key });
  await t.rejects(text('app.env'), /templates\/app\.env cannot be read/);
  t.equal(await text('other.env'), 'GREETING=hello\nCOLOUR=blue\n');
  t.equal(await text('third.env'), 'SHAPE=round\n');
});
