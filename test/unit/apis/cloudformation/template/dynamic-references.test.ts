import t from 'tap';
import {
  type DynamicReference,
  resolveDynamicReferences,
  secretPart,
} from '../../../../../src/apis/cloudformation/template/dynamic-references.ts';
import { refused } from './helpers.ts';

async function asked(text: string): Promise<DynamicReference | undefined> {
  let found: DynamicReference | undefined;
  await resolveDynamicReferences(text, (reference) => {
    found = reference;
    return Promise.resolve('');
  });
  return found;
}

t.test('every form of a reference is read', async (t) => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf';
  const secret = {
    service: 'secretsmanager',
    jsonKey: undefined,
    versionStage: undefined,
    versionId: undefined,
  };
  for (const [text, wanted] of [
    ['{{resolve:ssm:/a/b:3}}', { service: 'ssm', name: '/a/b', version: '3' }],
    ['{{resolve:ssm:/a/b}}', { service: 'ssm', name: '/a/b', version: undefined }],
    [
      '{{resolve:ssm:arn:aws:ssm:eu-central-1:123456789012:parameter/a:2}}',
      { service: 'ssm', name: 'arn:aws:ssm:eu-central-1:123456789012:parameter/a', version: '2' },
    ],
    ['{{resolve:ssm-secure:p:1}}', { service: 'ssm-secure', name: 'p', version: '1' }],
    ['{{resolve:secretsmanager:db}}', { ...secret, secretId: 'db' }],
    ['{{resolve:secretsmanager:db:SecretString}}', { ...secret, secretId: 'db' }],
    [
      '{{resolve:secretsmanager:db:SecretString:password}}',
      { ...secret, secretId: 'db', jsonKey: 'password' },
    ],
    [
      '{{resolve:secretsmanager:db:SecretString:password:AWSPREVIOUS}}',
      { ...secret, secretId: 'db', jsonKey: 'password', versionStage: 'AWSPREVIOUS' },
    ],
    [`{{resolve:secretsmanager:${arn}:SecretString:::v1}}`, { ...secret, secretId: arn, versionId: 'v1' }],
    [`{{resolve:secretsmanager:${arn}}}`, { ...secret, secretId: arn }],
  ] as const)
    t.same(await asked(text), wanted, text);
});

t.test('values are put in their places, and are not read for further references', async (t) => {
  const lookUp = (reference: DynamicReference): Promise<string> =>
    Promise.resolve(reference.service === 'secretsmanager' ? 'secret' : `{{resolve:ssm:${reference.name}}}`);
  const value = {
    a: ['x{{resolve:ssm:n}}y{{resolve:secretsmanager:s}}', 1, true],
    '{{resolve:ssm:key}}': 'plain',
    b: '{{resolve:}} {{other:x}}',
  };
  t.same(await resolveDynamicReferences(value, lookUp), {
    ...value,
    a: ['x{{resolve:ssm:n}}ysecret', 1, true],
  });
});

t.test('what is no reference is refused, and so is what a lookup refuses', async (t) => {
  await refused(
    () => asked('{{resolve:ssm:/a:prod}}'),
    'Incorrect format is used in the following SSM reference: [{{resolve:ssm:/a:prod}}]',
    'a label',
  );
  for (const text of ['{{resolve:s3:x}}', '{{resolve:ssm:}}', '{{resolve:secretsmanager:a:Binary}}'])
    await refused(() => asked(text), /^Invalid dynamic reference/, text);
  await t.rejects(
    resolveDynamicReferences('{{resolve:ssm:x}}', () => Promise.reject(new Error('gone'))),
    { message: 'gone' },
  );
});

t.test('a secret’s key is its value, with CloudFormation’s words where it has none', async (t) => {
  t.equal(secretPart('text', undefined), 'text');
  t.equal(secretPart('{"a":"b","n":1}', 'a'), 'b');
  t.equal(secretPart('{"a":"b","n":1}', 'n'), '1');
  await refused(() => secretPart('text', 'a'), 'Could not parse SecretString JSON', 'no JSON');
  for (const key of ['z', 'constructor', '__proto__'])
    await refused(
      () => secretPart('{"a":1}', key),
      'Could not find a value associated with JSONKey in SecretString',
      key,
    );
});
