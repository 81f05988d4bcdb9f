import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be Secrets Manager's. */
export const secretsManagerHead = {
  service: 'secretsmanager',
  wire: { protocol: 'awsJson', targetPrefix: 'secretsmanager', timestamps: 'epochSeconds' },
} as const satisfies ApiHead;
