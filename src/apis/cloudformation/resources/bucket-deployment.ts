import { lookup } from 'mrmime';
import { AwsError } from '../../../model/aws-error.ts';
import { isUnserved } from '../../../model/local-apis.ts';
import type { Json, JsonMap } from '../../../model/stack.ts';
import { filesOfZip, fileOfObject, type Source } from './deployment-source.ts';
import {
  isAbsent,
  textOf,
  UnresolvedError,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { syncFilter } from './sync-filter.ts';

type Call = ResourceContext['call'];
type Place = { readonly bucket: string; readonly prefix: string };

/**
 * `Custom::CDKBucketDeployment`: what its function would do with the sources and the bucket is done here. Without its S3
 * here it is `recorded`. Source: the function's code in the CDK.
 */
export const bucketDeployment = (recorded: ResourceHandler): ResourceHandler => {
  const deploy = async (context: ResourceContext): Promise<Outcome> => {
    const { properties, physicalId = '', call } = context;
    try {
      await deployFiles(properties, call);
    } catch (error) {
      if (isUnserved(error)) return recorded.create(context);
      throw inWordsOfFunction(error);
    }
    const isCdn = textOf(properties, 'DistributionId') !== undefined;
    return {
      kind: 'done',
      physicalId,
      attributes: attributesOf(properties),
      ...(isCdn && { note: 'Its files are in the bucket; ecsidecar has no distribution to invalidate.' }),
    };
  };
  return {
    ...recorded,
    createOnly: [],
    nameOf: ({ token }) => `aws.cdk.s3deployment.${token}`,
    create: deploy,
    async update(context) {
      const { properties, before = {}, call } = context;
      const [place, old] = [placeIn(properties), placeIn(before)];
      const isMoved = place.bucket !== old.bucket || place.prefix !== old.prefix;
      if (isMoved && !retains(properties)) await empty(old, call);
      return deploy(context);
    },
    async remove({ properties, call }) {
      const place = placeIn(properties);
      if (!retains(properties) && !(await isOwned(properties, call))) await empty(place, call);
      return 'done';
    },
  };
};

const isTrue = (properties: JsonMap, name: string, initial: boolean): boolean =>
  (textOf(properties, name) ?? String(initial)).toLowerCase() === 'true';
const retains = (properties: JsonMap): boolean => isTrue(properties, 'RetainOnDelete', true);

function placeIn(properties: JsonMap): Place {
  const prefix = textOf(properties, 'DestinationBucketKeyPrefix') ?? '';
  return {
    bucket: textOf(properties, 'DestinationBucketName') ?? '',
    prefix: prefix === '' || prefix === '/' ? '' : prefix.replace(/\/?$/, '/'),
  };
}

const listIn = (properties: JsonMap, name: string): readonly Json[] => {
  const value = properties[name];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
};
const textsIn = (properties: JsonMap, name: string): string[] => listIn(properties, name).map(String);
const shown = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const mapIn = (properties: JsonMap, name: string): JsonMap => (properties[name] ?? {}) as JsonMap;

function sourcesIn(properties: JsonMap): Source[] {
  const [buckets, keys] = [textsIn(properties, 'SourceBucketNames'), textsIn(properties, 'SourceObjectKeys')];
  const [markers, configs] = ['SourceMarkers', 'SourceMarkersConfig'].map((name) => listIn(properties, name));
  return keys.map((key, index) => ({
    bucket: buckets[index] ?? '',
    key,
    markers: (markers?.[index] ?? {}) as JsonMap,
    markersConfig: (configs?.[index] ?? {}) as JsonMap,
  }));
}

/** Puts all files of all sources, and deletes what is none of them. A file of a later source takes an earlier one's place. */
async function deployFiles(properties: JsonMap, call: Call): Promise<void> {
  const { bucket, prefix } = placeIn(properties);
  const isTaken = syncFilter(textsIn(properties, 'Exclude'), textsIn(properties, 'Include'));
  const filesOf = isTrue(properties, 'Extract', true) ? filesOfZip : fileOfObject;
  const put = new Set<string>();
  for (const source of sourcesIn(properties))
    for await (const { path, body } of filesOf(source, call)) {
      try {
        if (!isTaken(path)) continue;
        await call('s3', 'PutObject', {
          Bucket: bucket,
          Key: `${prefix}${path}`,
          Body: body,
          Head: headOf(path, properties),
        });
        put.add(path);
      } finally {
        // One that nobody reads to its end would hold its files for ever.
        if ('destroy' in body) body.destroy();
      }
    }
  if (!isTrue(properties, 'Prune', true)) return;
  await forEachKey({ bucket, prefix }, call, async (key) => {
    const path = key.slice(prefix.length);
    if (!put.has(path) && isTaken(path)) await call('s3', 'DeleteObject', { Bucket: bucket, Key: key });
  });
}

/** Headers that `aws s3 sync` has options for and that objects here are answered with. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'cache-control',
  'content-disposition': 'content-disposition',
  'content-encoding': 'content-encoding',
  'content-language': 'content-language',
  'content-type': 'content-type',
  expires: 'expires',
  'storage-class': 'x-amz-storage-class',
  'website-redirect': 'x-amz-website-redirect-location',
};

/** What an object is put with beside its body: as `aws s3 sync` guesses its type, with the deployment's own metadata. */
function headOf(path: string, properties: JsonMap): object {
  const system = Object.entries(mapIn(properties, 'SystemMetadata')).flatMap(([name, value]) => {
    const header = HEADERS[name.toLowerCase()];
    return header === undefined ? [] : [[header, shown(value)]];
  });
  const user = Object.entries(mapIn(properties, 'UserMetadata')).map(([name, value]) => [
    name.toLowerCase(),
    shown(value),
  ]);
  return {
    headers: {
      'content-type': lookup(path) ?? 'binary/octet-stream',
      ...(Object.fromEntries(system) as Record<string, string>),
    },
    metadata: Object.fromEntries(user) as Record<string, string>,
    tags: {},
  };
}

/** Asks for page after page: what is done with the keys of one may be their deletion. */
async function forEachKey(
  { bucket, prefix }: Place,
  call: Call,
  visit: (key: string) => Promise<void>,
): Promise<void> {
  let after: string | undefined;
  do {
    const page = (await call('s3', 'ListObjectsV2', {
      Bucket: bucket,
      Prefix: prefix,
      ContinuationToken: after,
    })) as {
      readonly Contents?: readonly { readonly Key: string }[];
      readonly NextContinuationToken?: string;
    };
    for (const { Key } of page.Contents ?? []) await visit(Key);
    after = page.NextContinuationToken;
  } while (after !== undefined);
}

async function empty(place: Place, call: Call): Promise<void> {
  try {
    await forEachKey(place, call, async (Key) => {
      await call('s3', 'DeleteObject', { Bucket: place.bucket, Key });
    });
  } catch (error) {
    if (!isAbsent(error) && !isUnserved(error)) throw error;
  }
}

/** Whether the bucket's tags say that a deployment still fills it: then its files stay. */
async function isOwned(properties: JsonMap, call: Call): Promise<boolean> {
  const { bucket } = placeIn(properties);
  const prefix = textOf(properties, 'DestinationBucketKeyPrefix') ?? '';
  const tag = `aws-cdk:cr-owned${prefix === '' || prefix === '/' ? '' : `:${prefix}`}`;
  try {
    const { Document } = await call('s3', 'GetBucketSetting', { Bucket: bucket, Setting: 'tagging' });
    return String(Document).includes(`<Key>${tag}`);
  } catch {
    return false;
  }
}

const attributesOf = (properties: JsonMap): JsonMap => ({
  DestinationBucketArn:
    textOf(properties, 'DestinationBucketArn') ?? `arn:aws:s3:::${placeIn(properties).bucket}`,
  SourceObjectKeys: isTrue(properties, 'OutputObjectKeys', true)
    ? textsIn(properties, 'SourceObjectKeys')
    : [],
  // Buckets here have no versions.
  ...(isTrue(properties, 'OutputObjectVersionIds', false) && {
    SourceObjectVersionIds: textsIn(properties, 'SourceObjectKeys').map(() => ''),
  }),
});

/** Source: CloudFormation's words for a custom resource that answers FAILED. */
function inWordsOfFunction(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UnresolvedError || error.name === 'AbortError')
    return error;
  // A zip's reader throws plain errors.
  const isTold = error instanceof AwsError || Object.getPrototypeOf(error) === Error.prototype;
  return isTold
    ? new UnresolvedError(
        `Received response status [FAILED] from custom resource. Message returned: ${error.message}`,
      )
    : error;
}
