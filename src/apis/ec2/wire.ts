import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be EC2's. */
export const ec2Head = {
  service: 'ec2',
  wire: {
    protocol: 'query',
    dialect: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  },
} as const satisfies ApiHead;
