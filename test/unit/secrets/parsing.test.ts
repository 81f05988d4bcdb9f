import t from 'tap';
import { parseEnvFile } from '../../../src/secrets/env-file.ts';
import { jsonKeyOf } from '../../../src/secrets/json-key.ts';
import {
  parseCredentialsParameter,
  parseObjectArn,
  parseValueFrom,
} from '../../../src/secrets/references.ts';
import { parseRegistryAuth } from '../../../src/secrets/registry-auth.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf';

// Source: ECS developer guide, secrets as environment variables; ECS agent, getASMParametersFromInput.
t.test('every form of valueFrom names what it does on ECS', (t) => {
  const parameter = (region: string | undefined, ...names: string[]) => ({
    kind: 'parameter',
    region,
    names,
  });
  const secret = (more = {}, secretId = SECRET) => ({
    kind: 'secret',
    region: 'eu-west-1',
    secretId,
    ...more,
  });
  const cases: [valueFrom: string, reference: object][] = [
    ['/prod/db', parameter(undefined, '/prod/db')],
    ['db', parameter(undefined, 'db')],
    ['arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db', parameter('eu-west-1', '/prod/db')],
    ['arn:aws:ssm:eu-west-1:123456789012:parameter/db', parameter('eu-west-1', 'db', '/db')],
    [SECRET, secret()],
    [SECRET.slice(0, -7), secret({}, SECRET.slice(0, -7))],
    [`${SECRET}:user::`, secret({ jsonKey: 'user' })],
    [`${SECRET}::AWSPREVIOUS:`, secret({ versionStage: 'AWSPREVIOUS' })],
    [`${SECRET}:::9d4cb84b-ad69`, secret({ versionId: '9d4cb84b-ad69' })],
    [`${SECRET}:a:b:c`, secret({ jsonKey: 'a', versionStage: 'b', versionId: 'c' })],
    [`${SECRET}:::`, secret()],
  ];
  for (const [valueFrom, reference] of cases) t.same(parseValueFrom(valueFrom), reference, valueFrom);
  t.end();
});

t.test('an ARN with some of the three parts is refused in the words of the agent', (t) => {
  for (const more of [':user', ':user:stage', ':a:b:c:d'])
    t.throws(() => parseValueFrom(`${SECRET}${more}`), {
      message: `trying to retrieve secret with value ${SECRET}${more} resulted in error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.`,
    });
  t.end();
});

t.test("the secret of a registry's credentials is named by ARN or by name", (t) => {
  t.match(parseCredentialsParameter(SECRET), { region: 'eu-west-1', secretId: SECRET });
  t.match(parseCredentialsParameter('hub'), { region: undefined, secretId: 'hub' });
  t.end();
});

t.test('the ARN of an object is bucket and key', (t) => {
  t.same(parseObjectArn('arn:aws:s3:::my-bucket/a/b c.env'), { bucket: 'my-bucket', key: 'a/b c.env' });
  t.same(parseObjectArn('arn:aws-cn:s3:::b/k'), { bucket: 'b', key: 'k' });
  for (const text of ['s3://b/k', 'arn:aws:s3:::b', 'arn:aws:s3:::b/', 'arn:aws:sqs:::b/k', ''])
    t.equal(parseObjectArn(text), undefined, text);
  t.end();
});

// Source: ECS agent, readEnvVarsFromFile; ECS developer guide: "Spaces or quotation marks are included as part of the values".
t.test('lines of an environment file are taken as they are, and wrong ones count for nothing', (t) => {
  const text = [
    '# a comment',
    'A=1',
    '',
    'B="quoted" # no comment',
    ' C = spaced ',
    'D=a=b=',
    'no equals sign',
    '=nothing before',
    'NOTHING_BEHIND=',
    'E=$HOME ${HOME}\r',
    'A=2',
    'export F=x',
    'ü=€',
  ].join('\n');
  t.same(
    [...parseEnvFile(text)],
    [
      ['A', '2'],
      ['B', '"quoted" # no comment'],
      [' C ', ' spaced '],
      ['D', 'a=b='],
      ['E', '$HOME ${HOME}'],
      ['export F', 'x'],
      ['ü', '€'],
    ],
  );
  t.end();
});

// Source: ECS agent, GetSecretFromASMWithInput, which prints with Go's %v.
t.test('the value of a JSON key is printed as the agent prints it', (t) => {
  const cases: [value: unknown, text: string][] = [
    ['plain "text" $x\n', 'plain "text" $x\n'],
    ['', ''],
    [5432, '5432'],
    [1000000, '1e+06'],
    [123456789, '1.23456789e+08'],
    [0.00001, '1e-05'],
    [1.5, '1.5'],
    [-0.25, '-0.25'],
    [true, 'true'],
    [null, '<nil>'],
    [{ b: [1, 'x'], a: null }, 'map[a:<nil> b:[1 x]]'],
  ];
  for (const [value, text] of cases) t.equal(jsonKeyOf(JSON.stringify({ key: value }), 'key'), text);
  t.end();
});

t.test('a secret without the JSON key is refused, in words without any of it', (t) => {
  const message = 'retrieved secret from Secrets Manager did not contain json key key';
  for (const secret of ['{"canary":"canary"}', '"canary"', 'null', '["canary"]'])
    t.throws(() => jsonKeyOf(secret, 'key'), { message });
  t.throws(() => jsonKeyOf('canary', 'key'), {
    message: 'retrieved secret from Secrets Manager is no JSON, so that it has no json key key',
  });
  t.throws(() => jsonKeyOf('{}', 'toString'), { message: /did not contain json key toString/ });
  t.end();
});

// Source: ECS agent, extractASMValue.
t.test('credentials of a registry are a user name and a password', (t) => {
  t.same(parseRegistryAuth('{"username":"u","password":"p","email":"x"}'), { username: 'u', password: 'p' });
  t.same(parseRegistryAuth('{"Username":"u","PASSWORD":"p"}'), { username: 'u', password: 'p' });
  const cases: [secret: string, message: string][] = [
    ['', 'asm fetching authorization data: empty secrets value'],
    ['canary', 'asm fetching authorization data: unable to unmarshal secret value, invalid schema'],
    ['["canary"]', 'asm fetching authorization data: unable to unmarshal secret value, invalid schema'],
    [
      '{"username":1,"password":"canary"}',
      'asm fetching authorization data: unable to unmarshal secret value, invalid schema',
    ],
    ['{"password":"canary"}', 'asm fetching username: AuthorizationData is malformed, empty field'],
    ['{"username":"u","password":""}', 'asm fetching password: AuthorizationData is malformed, empty field'],
  ];
  for (const [secret, message] of cases) t.throws(() => parseRegistryAuth(secret), { message });
  t.end();
});
