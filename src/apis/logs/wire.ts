import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be CloudWatch Logs'. */
export const logsHead = {
  service: 'logs',
  wire: { protocol: 'awsJson', targetPrefix: 'Logs_20140328', timestamps: 'epochMilliseconds' },
} as const satisfies ApiHead;
