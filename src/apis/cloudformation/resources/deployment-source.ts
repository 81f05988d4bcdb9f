import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Json, JsonMap } from '../../../model/stack.ts';
import { textOf, UnresolvedError, type ResourceContext } from './handler.ts';

/** What a bucket deployment takes its files from. */
export type Source = {
  readonly bucket: string;
  readonly key: string;
  /** Texts that stand for values which are known when the stack is made. */
  readonly markers: JsonMap;
  readonly markersConfig: JsonMap;
};

/** A file of a source, by its path in it. */
export type SourceFile = { readonly path: string; readonly body: Readable | Buffer };

type Call = ResourceContext['call'];

/** The files of a zip in S3, read piece by piece as they are asked for. Throws what S3 and the zip's reader throw. */
export async function* filesOfZip(source: Source, call: Call): AsyncGenerator<SourceFile> {
  // Few stacks have one.
  const { default: yauzl } = await import('yauzl');
  const { bucket: Bucket, key: Key, markers } = source;
  const { object } = (await call('s3', 'HeadObject', { Bucket, Key })) as {
    readonly object: { readonly size: number };
  };
  const read = async function* (start: number, end: number): AsyncGenerator<Buffer> {
    const { Body } = await call('s3', 'GetObject', { Bucket, Key, Range: `bytes=${start}-${end - 1}` });
    yield* Body as AsyncIterable<Buffer>;
  };
  const reader = Object.assign(
    new (yauzl.RandomAccessReader as unknown as new () => InstanceType<typeof yauzl.RandomAccessReader>)(),
    {
      _readStreamForRange: (start: number, end: number) =>
        Readable.from(read(start, end), { objectMode: false }),
    },
  );
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, object.size);
  for await (const entry of zip.eachEntry()) {
    // Folders have no files of their own.
    if (entry.fileName.endsWith('/')) continue;
    const body = await zip.openReadStreamPromise(entry);
    const isPlain = Object.keys(markers).length === 0;
    yield { path: entry.fileName, body: isPlain ? body : withValues(await buffer(body), source) };
  }
}

/** The object itself, as a file of its key's last name. */
export async function* fileOfObject({ bucket, key }: Source, call: Call): AsyncGenerator<SourceFile> {
  const { Body } = await call('s3', 'GetObject', { Bucket: bucket, Key: key });
  yield { path: key.split('/').at(-1) ?? key, body: Body as Readable };
}

/** A file with its markers' values in their places. Bytes are letters here: a file may be of any encoding. */
function withValues(file: Buffer, { markers, markersConfig }: Source): Buffer {
  let text = file.toString('latin1');
  for (const [marker, value] of Object.entries(markers)) {
    const [token, written] = [marker, encoded(marker, value, markersConfig)].map((one) =>
      Buffer.from(one).toString('latin1'),
    );
    text = text.replaceAll(token ?? '', () => written ?? '');
  }
  return Buffer.from(text, 'latin1');
}

/** Source: the CDK's function for bucket deployments, `encode_marker_value`. */
function encoded(marker: string, value: Json, config: JsonMap): string {
  const encodings = (config['markerEncodings'] ?? {}) as JsonMap;
  const isJson = textOf(config, 'jsonEscape')?.toLowerCase() === 'true';
  const encoding = textOf(encodings, marker) ?? (isJson ? 'UNQUOTED_JSON_VALUE' : 'LITERAL');
  const json = JSON.stringify(value);
  switch (encoding) {
    case 'UNQUOTED_JSON_VALUE':
      return typeof value === 'string' ? json.slice(1, -1) : json;
    case 'JSON_VALUE':
      return json;
    case 'LITERAL':
    case 'YAML_STRING': {
      if (typeof value !== 'string')
        throw new UnresolvedError(
          `Received response status [FAILED] from custom resource. Message returned: Expected a string for ${encoding} encoding for marker ${marker}`,
        );
      const isSafe =
        /^[A-Za-z][A-Za-z0-9._-]*$/.test(value) && !/^(y|n|yes|no|true|false|on|off|null)$/i.test(value);
      return encoding === 'LITERAL' || isSafe ? value : json;
    }
    default:
      throw new UnresolvedError(
        `Received response status [FAILED] from custom resource. Message returned: Unknown marker encoding: ${encoding}`,
      );
  }
}
