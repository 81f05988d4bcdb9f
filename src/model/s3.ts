import type { Readable } from 'node:stream';

export type Bucket = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  /** Documents that were put, as they were sent, by the name of their query: `versioning`, `policy`… */
  readonly settings: Readonly<Record<string, string>>;
};

/** A body is one file; an object that was uploaded in parts has several. */
export type Body = { readonly id: string; readonly size: number };

/** What belongs to an object beside its body. */
export type ObjectHead = {
  /** `Content-Type`, `Cache-Control`… as they are answered, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** By the name after `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
};

export type S3Object = ObjectHead & {
  readonly bucket: string;
  readonly key: string;
  readonly bodies: readonly Body[];
  readonly size: number;
  /** Without quotation marks. */
  readonly etag: string;
  /** Base64 by algorithm: `crc32`, `sha256`… */
  readonly checksums: Readonly<Record<string, string>>;
  readonly modifiedAt: Date;
};

/** An upload in parts that is not complete. */
export type Upload = ObjectHead & {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: Date;
};

export type Part = {
  readonly number: number;
  readonly body: Body;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly modifiedAt: Date;
};

export interface S3Store {
  /** Names of buckets are shared by all accounts. */
  getBucket(name: string): Bucket | undefined;
  putBucket(bucket: Bucket): void;
  deleteBucket(name: string): void;
  /** Ascending by name. */
  listBuckets(account: string): Bucket[];
  getObject(bucket: string, key: string): S3Object | undefined;
  /** Also deletes the bodies that it takes the place of. */
  putObject(object: S3Object): void;
  deleteObject(bucket: string, key: string): void;
  /** Those behind `after`, ascending by key, as UTF-8; each is read when it is asked for. */
  listObjects(
    bucket: string,
    range: { readonly prefix: string; readonly after: string },
  ): IteratorObject<S3Object>;
  getUpload(id: string): Upload | undefined;
  putUpload(upload: Upload): void;
  listUploads(bucket: string): Upload[];
  putPart(uploadId: string, part: Part): void;
  /** Ascending by number. */
  listParts(uploadId: string): Part[];
  /** Ends an upload: its object, which is made of bodies of its parts, takes its place, or nothing does. */
  endUpload(id: string, object: S3Object | undefined): void;
  /** Writes a body whole or not at all; nothing refers to it yet. */
  writeBody(source: AsyncIterable<Buffer>): Promise<Body>;
  /** Bytes `start` to `end`, both included, of bodies one after the other. */
  readBodies(bodies: readonly Body[], range?: { readonly start: number; readonly end: number }): Readable;
  copyBodies(bodies: readonly Body[]): Promise<Body[]>;
  /** For bodies that nothing will refer to. */
  dropBodies(bodies: readonly Body[]): void;
}
