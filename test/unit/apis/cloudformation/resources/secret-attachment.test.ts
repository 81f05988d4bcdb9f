import t from 'tap';
import { secretAttachment } from '../../../../../src/apis/cloudformation/resources/secret-attachment.ts';
import { resourceContext } from './context.ts';

const KNOWN: Readonly<Record<string, string>> = {
  'db Endpoint.Address': 'db.example',
  'db Endpoint.Port': '3306',
  'db Engine': 'aurora-postgresql',
  'db DatabaseName': 'app',
};
const handler = secretAttachment(() => (id, attribute) => {
  const value = KNOWN[`${id} ${attribute}`];
  return value === undefined ? undefined : [value];
});

/** What a secret becomes by an attachment; `put` is undefined where nothing is written. */
async function attached(text: string, TargetId = 'db') {
  let put: unknown;
  const outcome = await handler.create(
    resourceContext({
      properties: { SecretId: 'arn:secret', TargetId, TargetType: 'AWS::RDS::DBCluster' },
      call: (_service, action, input) => {
        if (action === 'GetSecretValue') return Promise.resolve({ SecretString: text });
        put = JSON.parse(String(input['SecretString']));
        return Promise.resolve({});
      },
    }),
  );
  return { outcome, put };
}

const CONNECTION = {
  engine: 'postgres',
  host: 'db.example',
  port: 3306,
  dbname: 'app',
  dbClusterIdentifier: 'db',
};

t.test('a secret gets what its database is reached by', async (t) => {
  const { outcome, put } = await attached('{"username":"u","password":"p"}');
  t.same(put, { username: 'u', password: 'p', ...CONNECTION });
  t.match(outcome, { kind: 'done', physicalId: 'arn:secret', attributes: { Id: 'arn:secret' } });
});

t.test('what is in it already is not written again, as after a death', async (t) => {
  const { put } = await attached(JSON.stringify({ username: 'u', ...CONNECTION }));
  t.equal(put, undefined);
});

t.test('a database that nobody here has made leaves the secret as it is, and says so', async (t) => {
  const { outcome, put } = await attached('{}', 'other');
  t.equal(put, undefined);
  t.match(outcome, { note: /stays as it is/ });
});

t.test('a secret that is no JSON object fails', (t) =>
  t.rejects(attached('"text"'), { message: 'A secret of a database holds a JSON object.' }),
);
