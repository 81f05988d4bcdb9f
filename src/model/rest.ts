import type { Readable } from 'node:stream';

export type RestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a request for a resource says before its body. */
export type RestHead = {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly headers: RestHeaders;
  /** Service of the signature; undefined for requests without one. */
  readonly signedFor: string | undefined;
};

/** A request whose body streams. */
export type RestRequest = RestHead & {
  readonly body: Readable;
  /** The whole body. Throws AwsError when it is larger than 10 MB. */
  bytes(): Promise<Buffer>;
  /** The whole body as a tree: texts, and lists where a name comes more than once. Throws AwsError `MalformedXML`. */
  xml(): Promise<{ readonly text: string; readonly tree: Readonly<Record<string, unknown>> }>;
};

export type RestAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** `tree`: becomes XML; members that begin with `@` are attributes. */
  readonly body?:
    | { readonly kind: 'tree'; readonly tree: Readonly<Record<string, unknown>> }
    | { readonly kind: 'bytes'; readonly bytes: string | Buffer }
    | { readonly kind: 'stream'; readonly stream: Readable };
};

/** The wire of what is asked by method and path: S3, and the registry of images. */
export type RestWire = {
  readonly protocol: 'rest';
  /** Whether a request is for this one. The first that says so gets it. */
  readonly claims: (head: RestHead) => boolean;
};
