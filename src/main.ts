import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { containerInstanceDetail } from './apis/ecs/container-instances/shape.ts';
import { taskShape } from './apis/ecs/tasks/shape.ts';
import { VERSION, type Config } from './config.ts';
import { createComposeBackend, dock, type Docking } from './executors/compose/backend.ts';
import { parseDockerFlags } from './executors/compose/docker-flags.ts';
import type { renderMerged as RenderMerged } from './executors/compose/merge-overrides.ts';
import type { TaskEndpoint } from './executors/compose/render.ts';
import { createContainerWatcher } from './executors/compose/watch-containers.ts';
import { lookAround, type Surroundings } from './executors/compose/surroundings.ts';
import type { listenForTasks } from './gateway/task-listener.ts';
import { createImagePins } from './model/image-pins.ts';
import { prepareTaskLogs, tellInLog } from './model/awslogs.ts';
import { parseArn, type ServiceArn, type TaskArn } from './model/arn.ts';
import type { ServedApi } from './model/api.ts';
import type { AwsCalls } from './model/local-apis.ts';
import { viewOf, type Host } from './model/container-instance.ts';
import { parseReloadAction } from './model/reload.ts';
import { createReloader } from './reload/reloader.ts';
import { splitWatcher } from './reload/split-watcher.ts';
import { createTreeWatcher } from './reload/watch.ts';
import { keepHouse } from './scheduler/keep-house.ts';
import { createTaskLoop } from './scheduler/loop.ts';
import { createRegistrationLoop } from './scheduler/registration-loop.ts';
import { createTaskInputs } from './secrets/task-inputs.ts';
import { createScalingLoop } from './scheduler/scaling-loop.ts';
import { createServiceLoop } from './scheduler/service-loop.ts';
import { openDataFolder, openStores } from './store/open.ts';

export { createDefinitionCheck } from './check-task-definition.ts';
export { watchForSidecar } from './reload/agent.ts';

/** See there; loaded for who asks for it. */
export const renderMerged: typeof RenderMerged = async (...args) =>
  (await import('./executors/compose/merge-overrides.ts')).renderMerged(...args);

/** The sidecar could not start; the message is one line that says what to do. */
export class StartupError extends Error {}

const HOUSEKEEPING_INTERVAL_MS = 60_000;
/** Grace period of tasks when the sidecar itself is told to stop: `docker stop` gives it ten seconds in all. */
const SHUTDOWN_GRACE_SECONDS = 5;

export type Sidecar = {
  /** e.g. `http://127.0.0.1:4566`. */
  readonly url: string;
  /** The one line that says that it is ready. */
  readonly summary: string;
  /** Stops (or keeps) the tasks and ends everything. Aborting the signal ends the waiting for tasks. */
  close(signal: AbortSignal): Promise<void>;
};

/** Wires everything and serves. Throws StartupError when something that is needed is not there. */
export async function startSidecar(
  config: Config,
  environment: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<Sidecar> {
  const now = (): Date => new Date();
  const startedMs = Date.now();
  const sidecarId = orFail(undefined, () => openDataFolder(config.dataDir));
  const dockerFlags = orFail('ECS_DOCKER_FLAGS', () =>
    parseDockerFlags(config.dockerFlags, environment, (path) => readFileSync(path, 'utf8')),
  );
  if (!parseReloadAction(config.hotReload))
    throw new StartupError(
      `ECS_HOT_RELOAD is "${config.hotReload}"; it may be restart, recreate, replace, off, signal:<signal> or exec:<command>.`,
    );
  // Engine and Compose are asked while the larger half of the code is loaded.
  const docked = dock(environment).catch(failStartup);
  const loaded = loadServer();
  await Promise.allSettled([docked, loaded]);
  const [docking, { createGateway, createEventDelivery, wireApis }] = await Promise.all([docked, loaded]);
  const host: Host = {
    facts: () => docking.engine.host,
    connected: () => backend.connected(),
    isUnlimited: config.hostCapacity === 'unlimited',
  };
  const stores = orFail(undefined, () =>
    openStores(config.dataDir, config.logsMaxBytes, {
      now,
      newId: randomUUID,
      describeTask: taskShape,
      describeInstance: (instance, usage) => containerInstanceDetail(viewOf(instance, host, usage), host),
    }),
  );
  const surroundings = await lookAround(docking, config.networkName, logger).catch(failStartup);
  const { networkName } = surroundings;

  const { store, events, logs } = stores;
  let endpoint: TaskEndpoint | undefined;
  let gatewayPort = config.listen.port;
  const wakeTask = (arn: TaskArn): void => {
    loop.wake(arn);
  };
  const wakeService = (arn: ServiceArn): void => {
    serviceLoop.wake(arn);
  };
  const backend = createComposeBackend({
    docking,
    environment,
    tasks: store.tasks,
    taskDefinitions: store.taskDefinitions,
    logSink: logs,
    inputs: createTaskInputs(config, logger.warn.bind(logger), () => apis.calls),
    renderContext: {
      networkName,
      dockerFlags,
      sidecarId,
      fileSystems: surroundings.fileSystems(config.dataDir),
      enginePlatform: docking.engine.platform,
      engineCpus: docking.engine.host.cpuUnits / 1024,
      ...(docking.engine.folder !== undefined && { engineFolder: docking.engine.folder }),
      // Known once the gateway listens, before the first task is started.
      get endpoint() {
        return endpoint;
      },
    },
    dataDir: config.dataDir,
    overridesFolder: config.overridesFolder,
    removeContainers: config.removeContainers,
    hostRoots: config.hostVolumeRoots,
    canSee: surroundings.sharesPath,
    imagePullBehavior: config.imagePullBehavior,
    pulledImages: stores.pulledImages,
    locateImage: (image) => apis.locateImage(image),
    imagePins: createImagePins(store.services),
    wake: wakeTask,
    logger,
  });
  const registrationLoop = createRegistrationLoop({
    store,
    registrations: stores.registrations,
    calls: () => apis.calls,
    hostAddress: surroundings.hostAddress,
    random: Math.random,
    logger,
  });
  const loop = createTaskLoop({
    store,
    executor: registrationLoop.leavingFirst(backend.executor),
    onSaved: (task) => {
      serviceLoop.taskSaved(task);
      registrationLoop.taskSaved(task);
      reloader.taskSaved(task);
    },
    prepareLogs: (spec) => {
      prepareTaskLogs(logs, spec);
    },
    now,
    random: Math.random,
    logger,
  });
  const serviceLoop = createServiceLoop({
    store,
    wakeTask,
    onServiceSaved: (service) => {
      backend.serviceProjects.save(service);
    },
    host,
    random: Math.random,
    now,
    newId: randomUUID,
    steadySeconds: config.steadySeconds,
    logger,
  });
  const scalingLoop = createScalingLoop({
    store,
    scaling: stores.scaling,
    metrics: backend.metrics,
    wakeService,
    now,
    newId: randomUUID,
    metricsSeconds: config.scalingSeconds,
    logger,
  });
  const watching = {
    defaultAction: config.hotReload,
    flagMounts: dockerFlags.volumes.flatMap(({ type, ...volume }) =>
      type === 'bind' && 'source' in volume
        ? [{ hostPath: volume.source, containerPath: volume.target, readOnly: volume.readOnly }]
        : [],
    ),
  };
  const reloader = createReloader({
    store,
    ...watching,
    createWatcher: (onChange) => {
      const options = { pollMs: config.hotReloadPollSeconds * 1000, onChange, logger };
      const local = createTreeWatcher(options);
      const { own } = surroundings;
      if (!own) return local;
      const { docker } = docking;
      const remote = createContainerWatcher({ ...options, docker, imageId: own.imageId, sidecarId });
      return splitWatcher(local, remote, surroundings.sharesPath);
    },
    wakeTask,
    replaceService: (arn) => replaceService(apis.calls, arn),
    tell: (task, definition, container, line) => {
      tellInLog(logs, { task, definition }, container, { line, nowMs: now().getTime() });
    },
    now,
    newId: randomUUID,
    logger,
  });
  const apis = wireApis({
    config,
    stores,
    wakeTask,
    wakeService,
    wakeScaling: () => {
      scalingLoop.wake();
    },
    host,
    capacityChanged: (cluster) => {
      serviceLoop.capacityChanged(cluster);
    },
    now,
    newId: randomUUID,
    logger,
    environment,
    registryHost: () => `localhost:${surroundings.hostPort(gatewayPort)}`,
    taskUrl: () => (config.tellsEndpoint ? surroundings.url(gatewayPort) : `http://localhost:${gatewayPort}`),
  });
  const healthNow = (): unknown => health(docking, backend.connected(), apis.served);
  const gateway = await createGateway({
    apis: apis.served,
    health: healthNow,
    events,
    console: {
      load: async () =>
        (await import('./wire-console.ts')).wireConsole({
          ...{ config, environment, stores, dockerFlags, watching, facts: backend.facts, health: healthNow },
          url: new URL(url),
        }),
    },
    allowedHosts: [...config.allowedHosts, ...surroundings.names],
    ...(config.upstreamUrl !== undefined && { upstreamUrl: config.upstreamUrl }),
    logger,
  });
  const delivery =
    config.upstreamUrl === undefined
      ? undefined
      : createEventDelivery({
          events,
          upstreamUrl: config.upstreamUrl,
          now,
          random: Math.random,
          logger,
        });
  const url = await gateway.listen(config.listen).catch((error: unknown) => listenFailed(config, error));
  gatewayPort = Number(new URL(url).port || '80');
  if (config.tellsEndpoint) endpoint = await openToTasks(gateway, surroundings, url, logger);
  serviceLoop.wakeAll();
  registrationLoop.wakeAll();
  scalingLoop.wake();
  reloader.start();
  apis.start();

  stores.s3.sweep(startedMs).catch((error: unknown) => {
    logger.warn({ err: error }, 'what an earlier run left of half uploads could not be deleted');
  });
  const housekeeping = setInterval(() => {
    keepHouse(store, backend.executor, now(), logger);
    logs.enforceLimits();
  }, HOUSEKEEPING_INTERVAL_MS);
  backend.start().catch((error: unknown) => {
    logger.error({ err: error }, 'the containers of earlier runs could not be looked at');
  });

  return {
    url,
    summary: `ecsidecar ${VERSION} ready at ${url} (executor docker ${docking.engine.version}, compose ${docking.compose.version}, network ${networkName}, data ${config.dataDir})`,
    async close(signal) {
      clearInterval(housekeeping);
      await gateway.close();
      await apis.close();
      await scalingLoop.close();
      await reloader.close();
      serviceLoop.close();
      if (config.onShutdown === 'stop')
        await loop.stopAll('ecsidecar was stopped', SHUTDOWN_GRACE_SECONDS, signal);
      await loop.close();
      await registrationLoop.close();
      await backend.close();
      await delivery?.close();
      stores.close();
    },
  };
}

/** Makes the API reachable for tasks, where it is not so already; returns its address for them. */
async function openToTasks(
  gateway: Parameters<typeof listenForTasks>[0],
  { gateway: onNetwork, endpoint }: Surroundings,
  url: string,
  logger: Logger,
): Promise<TaskEndpoint> {
  const { hostname, port: written } = new URL(url);
  const port = Number(written || '80');
  const isLoopback = /^(127\.|localhost$|\[::1\]$)/.test(hostname);
  if (onNetwork && isLoopback) {
    const { listenForTasks } = await import('./gateway/task-listener.ts');
    await listenForTasks(gateway, { ...onNetwork, port }).catch((error: unknown) => {
      logger.warn(
        `${onNetwork.address}:${port} cannot be listened on (${messageOf(error)}), so tasks cannot call this sidecar`,
      );
    });
  }
  return endpoint(port);
}

/** A new deployment of the same revision, by the rules of UpdateService. */
async function replaceService(calls: AwsCalls, arn: ServiceArn): Promise<void> {
  const [, cluster, service] = arn.split('/');
  const { scope } = parseArn(arn) ?? {};
  if (!scope) return;
  const caller = { ...scope, principalArn: `arn:aws:iam::${scope.account}:root` };
  const context = { caller, signal: new AbortController().signal };
  await calls.call('ecs', 'UpdateService', { cluster, service, forceNewDeployment: true }, context);
}

async function loadServer() {
  const [gateway, delivery, { wireApis }] = await Promise.all([
    import('./gateway/server.ts'),
    import('./gateway/put-events.ts'),
    import('./wire-apis.ts'),
  ]);
  return { ...gateway, ...delivery, wireApis };
}

/** What is served that is no AWS service by itself. */
const NO_SERVICES = ['registry', 'cloudformation-waitcondition'];

function health(docking: Docking, connected: boolean, served: readonly ServedApi[]): unknown {
  return {
    version: VERSION,
    executor: 'docker',
    docker: {
      status: connected ? 'connected' : 'disconnected',
      host: docking.dockerHost,
      version: docking.engine.version,
      apiVersion: docking.engine.apiVersion,
      composeVersion: docking.compose.version,
    },
    // LocalStack's form, read by its tools' health checks.
    services: Object.fromEntries(
      served.flatMap(({ service }) => (NO_SERVICES.includes(service) ? [] : [[service, 'running']])),
    ),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function failStartup(error: unknown): never {
  throw new StartupError(messageOf(error), { cause: error });
}

/** `name`: of the variable that is to blame. */
function orFail<T>(name: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const text = messageOf(error);
    throw new StartupError(name === undefined ? text : `${name}: ${text}`, { cause: error });
  }
}

function listenFailed({ listen }: Config, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const address = `${listen.host}:${listen.port}`;
  if (code === 'EADDRINUSE') {
    throw new StartupError(
      `${address} is in use, perhaps by LocalStack or another ecsidecar. Stop that, or set GATEWAY_LISTEN to another address.`,
      { cause: error },
    );
  }
  throw new StartupError(
    `${address} cannot be listened on: ${messageOf(error)}. Set GATEWAY_LISTEN to another address.`,
    {
      cause: error,
    },
  );
}
