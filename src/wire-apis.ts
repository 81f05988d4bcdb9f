import { createScalingApi } from './apis/application-autoscaling/operations.ts';
import { createCloudFormation } from './apis/cloudformation/cloudformation.ts';
import { createEcsApi } from './apis/ecs/operations.ts';
import { createLogsApi } from './apis/logs/operations.ts';
import { createS3Api } from './apis/s3/operations.ts';
import { createSsmApi } from './apis/ssm/operations.ts';
import { createStsApi } from './apis/sts/operations.ts';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createLocalCalls } from './gateway/local-calls.ts';
import type { Api } from './model/api.ts';
import type { ClusterArn, ServiceArn, TaskArn } from './model/arn.ts';
import type { Host } from './model/container-instance.ts';
import type { AwsCalls } from './model/local-apis.ts';
import type { openStores } from './store/open.ts';

export type ApiParts = {
  readonly config: Config;
  readonly stores: ReturnType<typeof openStores>;
  readonly wakeTask: (arn: TaskArn) => void;
  readonly wakeService: (arn: ServiceArn) => void;
  readonly wakeScaling: () => void;
  readonly host: Host;
  /** Services of this cluster that wait for room may have it now. */
  readonly capacityChanged: (cluster: ClusterArn) => void;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
};

export type WiredApis = {
  readonly ecs: Api;
  /** All that the gateway serves. */
  readonly served: readonly Api[];
  /** How one API calls another. */
  readonly calls: AwsCalls;
  /** Goes on with what the APIs were in the middle of. */
  start(): void;
  /** Begins nothing more and waits for what is under way. */
  close(): Promise<void>;
};

/** Makes every AWS API that is served here. This file is loaded while Docker is being asked: it is the larger half of the code. */
export function wireApis({ config, stores, now, newId, logger, ...wake }: ApiParts): WiredApis {
  const { upstreamUrl } = config;
  const calls = createLocalCalls({ apis: () => served, ...(upstreamUrl !== undefined && { upstreamUrl }) });
  const ecs = createEcsApi({
    store: stores.userStore,
    wake: wake.wakeTask,
    wakeService: wake.wakeService,
    host: wake.host,
    capacityChanged: wake.capacityChanged,
    random: Math.random,
    now,
    newId,
  });
  const { api: cloudFormation, loop: stackLoop } = createCloudFormation({
    store: stores.stacks,
    calls,
    now,
    newId,
    logger,
  });
  const served: Api[] = [
    ecs,
    createLogsApi({ logs: stores.logs, now, newId }),
    createScalingApi({
      store: stores.store,
      scaling: stores.scaling,
      wakeService: wake.wakeService,
      wake: wake.wakeScaling,
      now,
      newId,
    }),
    createStsApi({ now }),
    cloudFormation,
    // S3 comes last: it takes what nobody signed.
    ...(upstreamUrl === undefined
      ? [createSsmApi({ parameters: stores.parameters, now }), createS3Api({ s3: stores.s3, now, newId })]
      : []),
  ];
  return { ecs, served, calls, start: stackLoop.wakeAll, close: stackLoop.close };
}
