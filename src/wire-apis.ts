import { createScalingApi } from './apis/application-autoscaling/operations.ts';
import type { CloudFormation } from './apis/cloudformation/cloudformation.ts';
import { cloudFormationWire, signalWire } from './apis/cloudformation/wire.ts';
import { createEcrApi } from './apis/ecr/operations.ts';
import { createEcsApi } from './apis/ecs/operations.ts';
import { createLogsApi } from './apis/logs/operations.ts';
import { createS3Api } from './apis/s3/operations.ts';
import { createSecretsManagerApi } from './apis/secretsmanager/operations.ts';
import { discoveryWire } from './apis/servicediscovery/wire.ts';
import { createSsmApi } from './apis/ssm/operations.ts';
import { createStsApi } from './apis/sts/operations.ts';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createLocalCalls } from './gateway/local-calls.ts';
import { served, type Api, type ServedApi } from './model/api.ts';
import type { ClusterArn, ServiceArn, TaskArn } from './model/arn.ts';
import type { Host } from './model/container-instance.ts';
import type { AwsCalls } from './model/local-apis.ts';
import { createRegistry, type Registry } from './registry/registry.ts';
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
  readonly environment: NodeJS.ProcessEnv;
  /** `host:port` of the API as the engine reaches it. */
  readonly registryHost: () => string;
  /** Where tasks reach the API: `http://host:port`. */
  readonly taskUrl: () => string;
};

export type WiredApis = {
  readonly ecs: Api;
  /** All that the gateway serves. */
  readonly served: readonly ServedApi[];
  /** How one API calls another. */
  readonly calls: AwsCalls;
  /** An image of ECR that is in the registry here; see there. */
  readonly locateImage: Registry['locate'];
  /** Goes on with what the APIs were in the middle of. */
  start(): void;
  /** Begins nothing more and waits for what is under way. */
  close(): Promise<void>;
};

/** Makes every AWS API that is served here. This file is loaded while Docker is being asked: it is the larger half of the code. */
export function wireApis(parts: ApiParts): WiredApis {
  const { config, stores, now, newId, logger, ...wake } = parts;
  const { upstreamUrl } = config;
  const calls = createLocalCalls({ apis: () => all, ...(upstreamUrl !== undefined && { upstreamUrl }) });
  const ecs = createEcsApi({
    store: stores.userStore,
    wake: wake.wakeTask,
    wakeService: wake.wakeService,
    host: wake.host,
    capacityChanged: wake.capacityChanged,
    calls,
    random: Math.random,
    now,
    newId,
  });
  // Much code, which most runs do not need.
  let loading: Promise<CloudFormation> | undefined;
  const cloudFormation = (): Promise<CloudFormation> =>
    (loading ??= import('./apis/cloudformation/cloudformation.ts').then((part) =>
      part.createCloudFormation({
        store: stores.stacks,
        calls,
        now,
        newId,
        logger,
        taskUrl: parts.taskUrl,
      }),
    ));
  const registry =
    upstreamUrl === undefined
      ? createRegistry({
          ecr: stores.ecr,
          dataDir: config.dataDir,
          environment: parts.environment,
          host: parts.registryHost,
          now,
          log: (text) => {
            logger.info(text);
          },
        })
      : undefined;
  const scaling = createScalingApi({
    store: stores.store,
    scaling: stores.scaling,
    wakeService: wake.wakeService,
    wake: wake.wakeScaling,
    now,
    newId,
  });
  const all: ServedApi[] = [
    ...[ecs, createLogsApi({ logs: stores.logs, now, newId }), scaling, createStsApi({ now })].map(served),
    {
      service: 'cloudformation',
      wire: cloudFormationWire,
      load: async () => (await cloudFormation()).api,
    },
    {
      service: 'cloudformation-waitcondition',
      wire: signalWire(async (request) => (await cloudFormation()).receiveSignal(request)),
      load: async () => (await cloudFormation()).api,
    },
    ...localApis(parts, registry),
  ];
  return {
    ecs,
    served: all,
    calls,
    locateImage: (image) => registry?.locate(image),
    start() {
      if (stores.stacks.listBusy().length === 0) return;
      cloudFormation().then(
        ({ loop }) => {
          loop.wakeAll();
        },
        (error: unknown) => {
          logger.error({ err: error }, 'stacks could not be gone on with');
        },
      );
    },
    async close() {
      await (await loading)?.loop.close();
      await registry?.close();
    },
  };
}

/** What goes upstream where there is one. S3 comes last: it takes what nobody signed. */
function localApis({ stores, now, newId }: ApiParts, registry: Registry | undefined): ServedApi[] {
  if (!registry) return [];
  const { discovery } = stores;
  let cloudMap: Promise<Api> | undefined;
  const loadCloudMap = (): Promise<Api> =>
    (cloudMap ??= import('./apis/servicediscovery/operations.ts').then((part) =>
      part.createDiscoveryApi({ discovery, now, newId }),
    ));
  return [
    { ...discoveryWire, load: loadCloudMap },
    ...[
      createSsmApi({ parameters: stores.parameters, now }),
      createSecretsManagerApi({ secrets: stores.secrets, now, newId }),
      createEcrApi({ ecr: stores.ecr, registry, now }),
      registry.api,
      createS3Api({ s3: stores.s3, now, newId }),
    ].map(served),
  ];
}
