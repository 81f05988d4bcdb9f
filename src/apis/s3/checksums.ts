import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { badDigest, incompleteBody, wrongSha256 } from './errors.ts';

/** What a client says a body is, which is checked while it is stored. */
export type Expected = {
  /** Base64 by algorithm; `undefined`: to be calculated. Asked for at the end, since trailers come then. */
  readonly checksums?: () => Readonly<Record<string, string | undefined>>;
  /** Algorithms that may be asked for at the end. */
  readonly algorithms?: readonly string[];
  /** Base64. */
  readonly md5?: string;
  /** Hex. */
  readonly sha256?: string;
  readonly length?: number;
};

export type Measured = { readonly etag: string; readonly checksums: Readonly<Record<string, string>> };

type Sum = { update(chunk: Buffer): unknown; end(): Buffer | Promise<Uint8Array> };

const hash = (name: string): Sum => {
  const sum = createHash(name);
  return { update: (chunk) => sum.update(chunk), end: () => sum.digest() };
};

const crc = (): Sum => {
  let value = 0;
  return {
    update(chunk) {
      value = crc32(chunk, value);
    },
    end() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
};

/** Those that Node has not; loaded when the first is asked for. */
const other = async (name: 'Crc32c' | 'Crc64Nvme'): Promise<Sum> => {
  const { [name]: Checksum } = await import('@aws-sdk/checksums/crc');
  const sum = new Checksum();
  return {
    update(chunk) {
      sum.update(chunk);
    },
    end: () => sum.digest(),
  };
};

/** Source: S3 user guide, checking object integrity. */
const SUMS: Readonly<Record<string, () => Sum | Promise<Sum>>> = {
  crc32: crc,
  crc32c: () => other('Crc32c'),
  crc64nvme: () => other('Crc64Nvme'),
  sha1: () => hash('sha1'),
  sha256: () => hash('sha256'),
};

export const ALGORITHMS: readonly string[] = Object.keys(SUMS);

/** Passes a body on, measuring it. After its end `measured` tells; throws AwsError at the end when it is not what was said. */
export function measure(
  source: AsyncIterable<Buffer>,
  expected: Expected,
): { readonly body: AsyncIterable<Buffer>; readonly measured: () => Measured } {
  let result: Measured | undefined;
  async function* pass(): AsyncGenerator<Buffer> {
    const md5 = hash('md5');
    const sha256 = expected.sha256 === undefined ? undefined : hash('sha256');
    const sums: [string, Sum][] = [];
    for (const name of expected.algorithms ?? []) {
      const make = SUMS[name];
      if (make) sums.push([name, await make()]);
    }
    let length = 0;
    for await (const chunk of source) {
      length += chunk.length;
      for (const [, sum] of sums) sum.update(chunk);
      md5.update(chunk);
      sha256?.update(chunk);
      yield chunk;
    }
    if (expected.length !== undefined && expected.length !== length) throw incompleteBody();
    const digest = Buffer.from(await md5.end());
    if (expected.md5 !== undefined && expected.md5 !== digest.toString('base64'))
      throw badDigest('Content-MD5');
    if (sha256 && expected.sha256 !== Buffer.from(await sha256.end()).toString('hex')) throw wrongSha256();
    const said = expected.checksums?.() ?? {};
    const checksums: Record<string, string> = {};
    for (const [name, sum] of sums) {
      const value = Buffer.from(await sum.end()).toString('base64');
      if (!Object.hasOwn(said, name)) continue;
      if (said[name] !== undefined && said[name] !== value) throw badDigest(name.toUpperCase());
      checksums[name] = value;
    }
    result = { etag: digest.toString('hex'), checksums };
  }
  return {
    body: pass(),
    measured() {
      if (!result) throw new Error('the body was not read to its end');
      return result;
    },
  };
}
