import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be Cloud Map's. */
export const discoveryHead = {
  service: 'servicediscovery',
  wire: { protocol: 'awsJson', targetPrefix: 'Route53AutoNaming_v20170314', timestamps: 'epochSeconds' },
} as const satisfies ApiHead;
