import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be Systems Manager's. */
export const ssmHead = {
  service: 'ssm',
  wire: { protocol: 'awsJson', targetPrefix: 'AmazonSSM', timestamps: 'epochSeconds' },
} as const satisfies ApiHead;
