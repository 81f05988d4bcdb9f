import { scalingHead } from './apis/application-autoscaling/wire.ts';
import type { CloudFormation } from './apis/cloudformation/cloudformation.ts';
import { cloudFormationHead, signalsHead } from './apis/cloudformation/wire.ts';
import { ec2Head } from './apis/ec2/wire.ts';
import { ecrHead } from './apis/ecr/wire.ts';
import { ecsHead } from './apis/ecs/wire.ts';
import { logsHead } from './apis/logs/wire.ts';
import { s3Head } from './apis/s3/wire.ts';
import { secretsManagerHead } from './apis/secretsmanager/wire.ts';
import { discoveryHead } from './apis/servicediscovery/wire.ts';
import { ssmHead } from './apis/ssm/wire.ts';
import { stsHead } from './apis/sts/wire.ts';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createLocalCalls } from './gateway/local-calls.ts';
import { onDemand, served, type ServedApi } from './model/api.ts';
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

/** What is served here with an upstream as well. */
const ALWAYS_OURS = ['ecs', 'logs', 'application-autoscaling'];
/** What takes CloudFormation's own tags where there is none. */
const OURS_ALONE = ['ssm', 'secretsmanager', 'ecr', 's3'];

export type WiredApis = {
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

/** Makes every AWS API that is served here; the code of each is loaded when it is first asked for. */
export function wireApis(parts: ApiParts): WiredApis {
  const { config, stores, now, newId, logger, ...wake } = parts;
  const { upstreamUrl } = config;
  const calls = createLocalCalls({ apis: () => all, ...(upstreamUrl !== undefined && { upstreamUrl }) });
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
        isMarked: (service) =>
          ALWAYS_OURS.includes(service) || (upstreamUrl === undefined && OURS_ALONE.includes(service)),
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
  const all: ServedApi[] = [
    onDemand(ecsHead, async () => {
      const { createEcsApi } = await import('./apis/ecs/operations.ts');
      return createEcsApi({
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
    }),
    onDemand(logsHead, async () => {
      const { createLogsApi } = await import('./apis/logs/operations.ts');
      return createLogsApi({ logs: stores.logs, now, newId });
    }),
    onDemand(scalingHead, async () => {
      const { createScalingApi } = await import('./apis/application-autoscaling/operations.ts');
      const { store, scaling } = stores;
      return createScalingApi({
        store,
        scaling,
        wakeService: wake.wakeService,
        wake: wake.wakeScaling,
        now,
        newId,
      });
    }),
    onDemand(stsHead, async () => (await import('./apis/sts/operations.ts')).createStsApi({ now })),
    onDemand(cloudFormationHead, async () => (await cloudFormation()).api),
    onDemand(signalsHead, async () => (await cloudFormation()).signals),
    ...localApis(parts, registry),
  ];
  return {
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
  return [
    onDemand(discoveryHead, async () => {
      const { createDiscoveryApi } = await import('./apis/servicediscovery/operations.ts');
      return createDiscoveryApi({ discovery: stores.discovery, now, newId });
    }),
    onDemand(ssmHead, async () => {
      const { createSsmApi } = await import('./apis/ssm/operations.ts');
      return createSsmApi({ parameters: stores.parameters, now });
    }),
    onDemand(secretsManagerHead, async () => {
      const { createSecretsManagerApi } = await import('./apis/secretsmanager/operations.ts');
      return createSecretsManagerApi({ secrets: stores.secrets, now, newId });
    }),
    onDemand(ecrHead, async () => {
      const { createEcrApi } = await import('./apis/ecr/operations.ts');
      return createEcrApi({ ecr: stores.ecr, registry, now });
    }),
    served(registry.api),
    onDemand(ec2Head, async () =>
      (await import('./apis/ec2/operations.ts')).createEc2Api({ stacks: stores.stacks }),
    ),
    onDemand(s3Head, async () => {
      const { createS3Api } = await import('./apis/s3/operations.ts');
      return createS3Api({ s3: stores.s3, now, newId });
    }),
  ];
}
