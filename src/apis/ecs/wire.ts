import type { ApiHead } from '../../model/api.ts';

/** By what requests are known to be ECS's. */
export const ecsHead = {
  service: 'ecs',
  wire: {
    protocol: 'awsJson',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    timestamps: 'epochSeconds',
  },
} as const satisfies ApiHead;
