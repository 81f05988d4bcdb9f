import { createHash } from 'node:crypto';
import type { Json } from '../../../model/stack.ts';
import type { AttributeContext } from './handler.ts';
import type { KnownType, ValueKind } from './known-types.ts';
import type { RecordedType } from './recorded-types.ts';

/** A row of the table for a type that nobody has written one for. */
export function recordedFrom(type: string, known: KnownType): RecordedType {
  const attributes = new Set((['text', 'number', 'flag'] as const).flatMap((kind) => known[kind] ?? []));
  const parts = known.id.map((name) => {
    if (!attributes.has(name)) return `{${name}|{name}}`;
    if (isArn(name)) return mainArn(type, known, '{hex16}');
    return /Id(entifier)?$/i.test(name) ? '{hex16}' : '{name}';
  });
  const [name, ...others] = known.id.filter((part) => !attributes.has(part));
  return {
    id: parts.length === 0 ? '{name}' : parts.join('|'),
    ...(name !== undefined && others.length === 0 && { name }),
    lacks: 'nothing is made for it here.',
  };
}

/**
 * Something that may stand for an attribute's value in whatever a template makes of it: what the template itself says
 * of it, else a value of the form that the attribute's name tells. The same for the same resource.
 */
export function standIn(
  kind: ValueKind,
  attribute: string,
  known: KnownType,
  context: AttributeContext,
): Json {
  const given = propertyAt(context.properties, attribute);
  switch (kind) {
    case 'number':
      return typeof given === 'number' ? given : /Port$/.test(attribute) ? portOf(context.type) : 1;
    case 'flag':
      return typeof given === 'boolean' ? given : false;
    case 'map':
      return given !== undefined && typeof given === 'object' && !Array.isArray(given) ? given : {};
    case 'list': {
      if (Array.isArray(given)) return given as Json;
      const one = attribute.replace(/(ss)?es$|s$/, '$1');
      return ['1', '2', '3'].map((item) => textFor(one, known, context, item));
    }
    case 'text':
      return given !== undefined && typeof given !== 'object'
        ? String(given)
        : textFor(attribute, known, context, '');
  }
}

/** What an attribute's last word tells of its form. `item` tells the items of a list apart. */
function textFor(attribute: string, known: KnownType, context: AttributeContext, item: string): string {
  const { type, scope, physicalId } = context;
  const digest = createHash('sha256').update(`${context.token} ${attribute} ${item}`).digest('hex');
  const [, service = '', kind = ''] = type.split('::');
  const name = attribute.replace(/^.*\./, '');
  const host = `${lastPart(physicalId).toLowerCase()}${item && `-${item}`}.${digest.slice(0, 10)}.${scope.region}.${service.toLowerCase()}.amazonaws.com`;
  if (known.id.length === 1 && known.id[0] === name && item === '') return physicalId;
  if (isArn(name)) {
    const isMain =
      [`${kind}arn`, 'arn', 'resourcearn'].includes(name.toLowerCase()) && !attribute.includes('.');
    return isMain && item === ''
      ? filled(mainArn(type, known, lastPart(physicalId)), context, digest)
      : `arn:aws:${serviceOf(name) ?? service.toLowerCase()}:${scope.region}:${scope.account}:${kebab(name.replace(/Arn$/i, ''))}/${digest.slice(0, 16)}`;
  }
  const form = FORMS.find(([pattern]) => pattern.test(name))?.[1];
  return form?.({ digest, host, context }) ?? `${lastPart(physicalId)}-${kebab(name)}${item && `-${item}`}`;
}

type Parts = { readonly digest: string; readonly host: string; readonly context: AttributeContext };

/** The first pattern that an attribute's last name has says what its value is like. */
const FORMS: readonly (readonly [RegExp, (parts: Parts) => string])[] = [
  [/^VpcId$/i, ({ digest }) => `vpc-0${digest.slice(0, 16)}`],
  [/SubnetId$/i, ({ digest }) => `subnet-0${digest.slice(0, 16)}`],
  [/SecurityGroup(Id)?$|^GroupId$/i, ({ digest }) => `sg-0${digest.slice(0, 16)}`],
  [/NetworkInterfaceId$/i, ({ digest }) => `eni-0${digest.slice(0, 16)}`],
  [/HostedZoneId$/i, ({ digest }) => `Z${digest.slice(0, 16).toUpperCase()}`],
  [/(Account|Owner)(Id)?$/, ({ context }) => context.scope.account],
  [/^Region(Name)?$/, ({ context }) => context.scope.region],
  [/AvailabilityZone$/, ({ context }) => `${context.scope.region}a`],
  [/Ids?$|Identifier$|^Uid$/, ({ digest }) => digest.slice(0, 16)],
  [/Port$/, ({ context }) => String(portOf(context.type))],
  [
    /(Ip|IpAddress|IPAddress)$/,
    ({ digest }) => `10.0.0.${(Number.parseInt(digest.slice(0, 4), 16) % 250) + 4}`,
  ],
  [/Ur[il]$/i, ({ host }) => `https://${host}/`],
  [/Endpoint$|Address$|Domain(Name)?$|Dns(Name)?$|DNS(Name)?$|Host(name)?$/i, ({ host }) => host],
  [/Status$|State$/, () => 'ACTIVE'],
  [/(Time|Date|At|Timestamp|On)$/, () => '2025-01-01T00:00:00Z'],
  [/(Version|Revision)(Number)?$/, () => '1'],
  [/(Count|Size|Number|Bytes)$/, () => '1'],
  [/^Name$/, ({ context }) => lastPart(context.physicalId)],
];

/** The usual port of what has none said. */
const portOf = (type: string): number => {
  const [, service = ''] = type.split('::');
  return PORTS[service] ?? 443;
};
const PORTS: Readonly<Record<string, number>> = {
  DAX: 8111,
  DocDB: 27017,
  ElastiCache: 6379,
  MSK: 9092,
  MemoryDB: 6379,
  Neptune: 8182,
  RDS: 3306,
  Redshift: 5439,
};

const isArn = (name: string): boolean => /Arn$/i.test(name);

/** The service of an ARN by the name of the attribute that holds it; undefined for the resource's own. */
const serviceOf = (name: string): string | undefined =>
  (
    [
      [/Secret/, 'secretsmanager'],
      [/Topic/, 'sns'],
      [/Kms|EncryptionKey/i, 'kms'],
      [/LoadBalancer|TargetGroup/, 'elasticloadbalancing'],
      [/LogGroup/, 'logs'],
      [/Bucket/, 's3'],
      [/Role/, 'iam'],
    ] as const
  ).find(([pattern]) => pattern.test(name))?.[1];

/** The ARN of a type's resources with `{region}` and `{account}` in it; `name` is the last of what it names. */
function mainArn(type: string, { arn }: KnownType, name: string): string {
  const [, service = '', kind = ''] = type.split('::');
  if (arn === undefined) return `arn:aws:${service.toLowerCase()}:{region}:{account}:${kebab(kind)}/${name}`;
  const last = arn.lastIndexOf('${');
  return arn.replaceAll(/\$\{(\w+)\}/g, (_all, word: string, at: number) => {
    if (word === 'Partition') return 'aws';
    if (word === 'Region') return '{region}';
    if (word === 'Account') return '{account}';
    return at === last ? name : '{hex16}';
  });
}

const filled = (text: string, { scope }: AttributeContext, digest: string): string =>
  text
    .replaceAll('{region}', scope.region)
    .replaceAll('{account}', scope.account)
    .replaceAll('{hex16}', digest.slice(0, 16));

const lastPart = (physicalId: string): string => physicalId.replace(/^.*[|/:]/, '');

/** `DbSystem` is `db-system`. */
const kebab = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/** `A.B` of a resource's properties; undefined where that is not there. */
function propertyAt(properties: AttributeContext['properties'], path: string): Json | undefined {
  let value: Json | undefined = properties;
  for (const key of path.split('.')) {
    if (value === undefined || typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, key) ? (value as Readonly<Record<string, Json>>)[key] : undefined;
  }
  return value;
}
