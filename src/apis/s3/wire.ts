import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be S3's: what is signed for it, and what nobody signed, as public addresses of objects. */
export const s3Head = {
  service: 's3',
  wire: {
    protocol: 'rest',
    claims: ({ signedFor, headers }) =>
      signedFor === 's3' || (signedFor === undefined && headers['x-amz-target'] === undefined),
  },
} as const satisfies ApiHead;
