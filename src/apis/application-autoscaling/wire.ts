import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be Application Auto Scaling's. */
export const scalingHead = {
  service: 'application-autoscaling',
  wire: { protocol: 'awsJson', targetPrefix: 'AnyScaleFrontendService', timestamps: 'epochSeconds' },
} as const satisfies ApiHead;
