import type { Operation, RequestContext } from '../../model/ports.ts';
import type { S3Store } from '../../model/s3.ts';

/** What S3 needs of the rest. */
export type S3Dependencies = {
  readonly s3: S3Store;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type S3Context = S3Dependencies & RequestContext;
export type S3Operation<Input, Output> = Operation<Input, Output, S3Dependencies>;
