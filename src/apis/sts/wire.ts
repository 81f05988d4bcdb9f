import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be STS's. */
export const stsHead = {
  service: 'sts',
  wire: {
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  },
} as const satisfies ApiHead;
