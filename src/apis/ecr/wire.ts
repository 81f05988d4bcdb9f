import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be ECR's. */
export const ecrHead = {
  service: 'ecr',
  wire: {
    protocol: 'awsJson',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    timestamps: 'epochSeconds',
  },
} as const satisfies ApiHead;
