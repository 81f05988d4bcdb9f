import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { backoffMs } from '../../lib/backoff.ts';
import { pause } from '../../lib/pause.ts';
import type { TaskArn } from '../../model/arn.ts';
import type { HealthStatus, ObservedContainer, TaskAddress } from '../../model/task.ts';
import { engineStatus } from './engine.ts';
import { LABELS } from './names.ts';

/** A container of ours as a list or an event names it. */
export type KnownContainer = {
  readonly dockerId: string;
  readonly taskArn: TaskArn;
  readonly containerName: string;
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type ObserverOptions = {
  readonly docker: Docker;
  readonly sidecarId: string;
  readonly logger: Logger;
  /** The digest of an image by its id, where one is known. */
  readonly imageDigest: (imageId: string) => string;
  /** Saves what was seen; called for every change of a container of ours. */
  readonly onObserved: (taskArn: TaskArn, container: ObservedContainer, address: TaskAddress) => void;
  /** A container of ours was removed, by whomever. */
  readonly onGone: (container: KnownContainer) => void;
  /** A container of ours was found or started: its output can be followed. */
  readonly onContainer: (container: KnownContainer) => void;
  /** The stream of events (again) stands and every container was looked at: nothing was missed. */
  readonly onSynced: (containers: readonly KnownContainer[]) => Promise<void>;
};

export type Observer = {
  /** Resolves after the first sync; goes on for ever, through restarts of the engine. */
  start(): Promise<void>;
  /** Looks at one project, or some containers of it, and saves what it sees; for steps that need to know what they did. */
  observeProject(project: string, containers?: readonly string[]): Promise<ObservedContainer[]>;
  connected(): boolean;
  close(): void;
};

/** Events that change what we report. Others (exec_*, attach, top…) are many and say nothing. */
const EVENTS = [
  'create',
  'start',
  'die',
  'oom',
  'kill',
  'stop',
  'pause',
  'unpause',
  'destroy',
  'rename',
  'health_status',
];

/** Watches the containers of this sidecar: all of them at the start and after every break, then by Docker's events. */
export function createObserver(options: ObserverOptions): Observer {
  const { docker, sidecarId, logger } = options;
  const closing = new AbortController();
  let connected = false;

  const list = async (filters: Record<string, string[]>): Promise<KnownContainer[]> => {
    const found = await docker.listContainers({
      all: true,
      filters: { label: [`${LABELS.sidecarId}=${sidecarId}`, ...(filters['label'] ?? [])] },
      abortSignal: AbortSignal.any([closing.signal, AbortSignal.timeout(30_000)]),
    });
    return found.flatMap((container) => knownContainer(container.Id, container.Labels) ?? []);
  };

  /** Saves the state of one container; undefined when it is gone. */
  const observe = async (container: KnownContainer): Promise<ObservedContainer | undefined> => {
    try {
      const inspected = await docker
        .getContainer(container.dockerId)
        .inspect({ abortSignal: AbortSignal.any([closing.signal, AbortSignal.timeout(30_000)]) });
      const observed = observedFrom(container.containerName, inspected, options.imageDigest(inspected.Image));
      options.onObserved(container.taskArn, observed, addressOf(inspected));
      return observed;
    } catch (error) {
      if (engineStatus(error) === 404) return undefined;
      throw error;
    }
  };

  const onEvent = async (event: EngineEvent): Promise<void> => {
    const container = knownContainer(event.Actor.ID, event.Actor.Attributes);
    if (!container || container.labels[LABELS.sidecarId] !== sidecarId) return;
    logger.debug({ task: container.taskArn, container: container.containerName }, `docker: ${event.Action}`);
    if (event.Action === 'destroy') {
      options.onGone(container);
      return;
    }
    if (event.Action === 'start') options.onContainer(container);
    await observe(container);
  };

  const sync = async (): Promise<void> => {
    const containers = await list({});
    for (const container of containers) {
      options.onContainer(container);
      await observe(container);
    }
    await options.onSynced(containers);
  };

  /** One life of the event stream. The stream is opened before the list is taken, so that nothing falls between. */
  const watchOnce = async (onSynced: () => void): Promise<void> => {
    const stream = await docker.getEvents({
      filters: { type: ['container'], event: EVENTS, label: [`${LABELS.sidecarId}=${sidecarId}`] },
      abortSignal: closing.signal,
    });
    const ended = readEvents(stream, (event) => {
      onEvent(event).catch((error: unknown) => {
        // The next event or the next sync reads the container again; the loop's retries ask for it as well.
        logger.warn({ err: error, event: event.Action }, 'a Docker event could not be followed up');
      });
    });
    // When syncing fails the stream is dropped, and its end must not go unheard then.
    ended.catch(() => undefined);
    try {
      await sync();
      connected = true;
      onSynced();
      await ended;
    } finally {
      connected = false;
      (stream as NodeJS.ReadableStream & Pick<Readable, 'destroy'>).destroy();
    }
  };

  const watchForEver = async (onSynced: () => void): Promise<void> => {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        await watchOnce(() => {
          if (failures > 0) logger.info('the Docker engine answers again');
          failures = 0;
          onSynced();
        });
        failures += 1;
      } catch (error) {
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may abort while one waits
        if (closing.signal.aborted) return;
        failures += 1;
        if (failures === 1) logger.warn({ err: error }, 'the Docker engine does not answer; trying again');
      }
      await pause(backoffMs(failures, 0.5, 100, 3000), closing.signal);
    }
  };

  return {
    start: () =>
      new Promise<void>((resolve) => {
        void watchForEver(resolve);
      }),
    async observeProject(project, names) {
      const found = await list({ label: [`com.docker.compose.project=${project}`] });
      const wanted = found.filter(({ containerName }) => names?.includes(containerName) ?? true);
      const observed = await Promise.all(wanted.map(observe));
      return observed.filter((container) => container !== undefined);
    },
    connected: () => connected,
    close() {
      closing.abort();
    },
  };
}

type EngineEvent = { Action: string; Actor: { ID: string; Attributes: Record<string, string> } };

/** Calls back for each event: one JSON object a line. Resolves when the stream ends, rejects when it breaks. */
function readEvents(stream: NodeJS.ReadableStream, onEvent: (event: EngineEvent) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onEvent(JSON.parse(line) as EngineEvent);
    });
    stream.on('error', reject);
    stream.on('end', resolve);
    stream.on('close', resolve);
  });
}

/** Reads our labels; undefined when the container has none of them. */
export function knownContainer(
  dockerId: string,
  labels: Readonly<Record<string, string>>,
): KnownContainer | undefined {
  const taskArn = labels[LABELS.taskArn];
  const containerName = labels[LABELS.containerName];
  if (taskArn === undefined || containerName === undefined) return undefined;
  const project = labels['com.docker.compose.project'] ?? '';
  return { dockerId, taskArn: taskArn as TaskArn, containerName, project, labels };
}

/** What we keep of an inspected container. Times that Docker shows as year 1 were never reached. */
export function observedFrom(
  name: string,
  inspected: Docker.ContainerInspectInfo,
  imageDigest: string,
): ObservedContainer {
  const { State: state } = inspected;
  const startedAt = engineTime(state.StartedAt);
  const running = state.Running || state.Restarting;
  const finishedAt = running ? undefined : engineTime(state.FinishedAt);
  const stateNow = running ? 'running' : startedAt === undefined ? 'created' : 'exited';
  return {
    name,
    dockerId: inspected.Id,
    state: stateNow,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(stateNow === 'exited' && { exitCode: state.ExitCode }),
    oomKilled: state.OOMKilled,
    ...(state.Error !== '' && { error: state.Error }),
    healthStatus: HEALTH[state.Health?.Status ?? ''] ?? 'UNKNOWN',
    imageDigest,
    networkBindings: networkBindings(inspected.NetworkSettings.Ports),
  };
}

/** Where a container is on its network: on the first one, if it is on several. */
export function addressOf({ Name, NetworkSettings }: Docker.ContainerInspectInfo): TaskAddress {
  const networks = Object.values((NetworkSettings.Networks as typeof NetworkSettings.Networks | null) ?? {});
  const found = networks.find(({ IPAddress }) => IPAddress !== '');
  return {
    ...(found && { privateIpv4Address: found.IPAddress, macAddress: found.MacAddress }),
    privateDnsName: Name.replace(/^\//, ''),
  };
}

/** Docker's words for the outcome of health checks; `starting` and `none` are not known yet. */
const HEALTH: Readonly<Record<string, HealthStatus>> = { healthy: 'HEALTHY', unhealthy: 'UNHEALTHY' };

const RANK = { created: 0, running: 1, exited: 2, gone: 3 } as const;

/**
 * Whether what was seen now is to be kept in place of what was seen before. Two looks at a container may come back in
 * the wrong order; within one life a container only goes from created to running to exited to gone.
 */
export function supersedes(before: ObservedContainer | undefined, seen: ObservedContainer): boolean {
  if (before?.dockerId !== seen.dockerId) return true;
  const laterMs = (seen.startedAt?.getTime() ?? 0) - (before.startedAt?.getTime() ?? 0);
  if (laterMs !== 0) return laterMs > 0;
  return RANK[seen.state] >= RANK[before.state];
}

function engineTime(text: string): Date | undefined {
  const time = new Date(text);
  return time.getUTCFullYear() <= 1 || Number.isNaN(time.getTime()) ? undefined : time;
}

/** ECS shows one binding a port: the IPv4 one, where Docker has one for each address family. */
function networkBindings(
  ports: Docker.ContainerInspectInfo['NetworkSettings']['Ports'],
): ObservedContainer['networkBindings'] {
  const bindings = Object.entries((ports as typeof ports | null) ?? {}).flatMap(([port, hosts]) => {
    const [containerPort = '', protocol = 'tcp'] = port.split('/');
    const all = (hosts as typeof hosts | null) ?? [];
    const chosen = all.filter(({ HostIp }) => !HostIp.includes(':'));
    return (chosen.length > 0 ? chosen : all).map(({ HostIp, HostPort }) => ({
      bindIP: HostIp,
      containerPort: Number(containerPort),
      hostPort: Number(HostPort),
      protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
    }));
  });
  return bindings.sort((a, b) => a.containerPort - b.containerPort || a.hostPort - b.hostPort);
}
