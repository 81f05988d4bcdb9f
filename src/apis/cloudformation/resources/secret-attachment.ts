import { randomUUID } from 'node:crypto';
import type { Scope } from '../../../model/caller.ts';
import type { JsonMap } from '../../../model/stack.ts';
import type { AccountFacts } from '../template/rules.ts';
import { HandlerError, textOf, type Outcome, type ResourceContext, type ResourceHandler } from './handler.ts';

/** By words in a database's engine or type; Aurora's are those of what it is compatible with. */
const ENGINES: readonly (readonly [RegExp, string])[] = [
  [/postgres/i, 'postgres'],
  [/mariadb/i, 'mariadb'],
  [/mysql|aurora/i, 'mysql'],
  [/oracle/i, 'oracle'],
  [/sqlserver/i, 'sqlserver'],
  [/db2/i, 'db2'],
  [/DocDB/i, 'mongo'],
  [/Redshift/i, 'redshift'],
];

/**
 * `AWS::SecretsManager::SecretTargetAttachment`: puts what a database of a stack is reached by into its secret, so that
 * tasks find `host` and `port` in it. `Ref` is the secret's ARN. Source: Secrets Manager user guide, "JSON structure of
 * secrets".
 */
export function secretAttachment(factsOf: (scope: Scope) => AccountFacts): ResourceHandler {
  const attach = async (context: ResourceContext): Promise<Outcome> => {
    const { properties, call, scope } = context;
    const SecretId = textOf(properties, 'SecretId') ?? '';
    const done = { kind: 'done', physicalId: SecretId, attributes: { Id: SecretId } } as const;
    const found = connectionOf(properties, factsOf(scope));
    if (!found)
      return {
        ...done,
        note: 'The secret stays as it is: no stack here has made the database, so its host is not known.',
      };
    const { SecretString: text } = await call('secretsmanager', 'GetSecretValue', { SecretId });
    const before = secretIn(text);
    const after = { ...before, ...found };
    if (JSON.stringify(after) !== JSON.stringify(before))
      await call('secretsmanager', 'PutSecretValue', {
        SecretId,
        SecretString: JSON.stringify(after),
        ClientRequestToken: randomUUID(),
      });
    return done;
  };
  return {
    serviceName: 'SecretsManager',
    createOnly: ['SecretId'],
    nameOf: ({ properties }) => textOf(properties, 'SecretId') ?? '',
    create: attach,
    update: attach,
    // Source: what is in the secret stays.
    remove: () => Promise.resolve('done'),
  };
}

/** Undefined where the database is of nobody here. */
function connectionOf(properties: JsonMap, facts: AccountFacts): JsonMap | undefined {
  const [id, type] = [textOf(properties, 'TargetId') ?? '', textOf(properties, 'TargetType') ?? ''];
  const first = (...names: string[]): string | undefined =>
    names.map((name) => facts(id, name)?.[0]).find((value) => value !== undefined);
  const host = first('Endpoint.Address', 'Endpoint');
  if (host === undefined) return undefined;
  const engine = ENGINES.find(([words]) => words.test(`${first('Engine') ?? ''} ${type}`))?.[1];
  const port = first('Endpoint.Port', 'Port');
  const name = first('DBName', 'DatabaseName');
  return {
    ...(engine !== undefined && { engine }),
    host,
    ...(port !== undefined && { port: Number(port) }),
    ...(name !== undefined && /DBInstance|Cluster/.test(type) && { dbname: name }),
    [/Cluster$/.test(type) ? 'dbClusterIdentifier' : 'dbInstanceIdentifier']: id,
  };
}

function secretIn(text: unknown): JsonMap {
  try {
    const secret: unknown = JSON.parse(typeof text === 'string' ? text : '');
    if (typeof secret === 'object' && secret !== null && !Array.isArray(secret)) return secret as JsonMap;
  } catch {
    // The wording is ours.
  }
  throw new HandlerError('A secret of a database holds a JSON object.', 'InvalidRequest');
}
