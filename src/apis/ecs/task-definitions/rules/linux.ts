import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { eachContainer, type ContainerRule, type Rule } from './rule.ts';

/** Source: ECS API reference, KernelCapabilities. */
const CAPABILITIES: ReadonlySet<string> = new Set(
  'ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG SYSLOG WAKE_ALARM'.split(
    ' ',
  ),
);

/** Source: ECS API reference, SystemControl: what belongs to an IPC or a network namespace. */
const OF_IPC = /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)|fs\.mqueue\..+)$/;
const OF_NETWORK = /^net\..+$/;

/** The wording follows ECS's for other settings; its own is not known. */
const invalid = (setting: string, { name = '' }: ContainerDefinition): string =>
  `Invalid '${setting}' setting for container '${name}'.`;

const capabilities: ContainerRule = (container) => {
  const { add = [], drop = [] } = container.linuxParameters?.capabilities ?? {};
  return [...add, ...drop].every((one) => CAPABILITIES.has(one))
    ? undefined
    : invalid('capabilities', container);
};

/** Source: ECS API reference, LinuxParameters: whole numbers, swappiness up to 100. */
const memory: ContainerRule = (container) => {
  const { sharedMemorySize = 0, maxSwap = 0, swappiness = 0 } = container.linuxParameters ?? {};
  if (sharedMemorySize < 0) return invalid('sharedMemorySize', container);
  if (maxSwap < 0) return invalid('maxSwap', container);
  return swappiness < 0 || swappiness > 100 ? invalid('swappiness', container) : undefined;
};

const tmpfs: ContainerRule = (container) => {
  for (const { size, containerPath = '' } of container.linuxParameters?.tmpfs ?? []) {
    // Source: ECS's words, recorded in a GitHub issue of 2019.
    if (size === undefined || size <= 0)
      return 'The container has an invalid tmpfs size value specified. It must be a non-zero, non-negative integer.';
    // Source: ECS API reference, Tmpfs: an absolute path.
    if (!containerPath.startsWith('/')) return invalid('tmpfs', container);
  }
  return undefined;
};

/** Docker takes no soft limit above the hard one; -1 is no limit. That ECS refuses it is not known. */
const ulimits: ContainerRule = (container) => {
  const asNumber = (limit = 0): number => (limit === -1 ? Infinity : limit);
  const isOrdered = (container.ulimits ?? []).every(
    ({ softLimit, hardLimit }) => asNumber(softLimit) <= asNumber(hardLimit),
  );
  return isOrdered ? undefined : invalid('ulimits', container);
};

const systemControls: ContainerRule = (container, { definition: { ipcMode } }) => {
  for (const { namespace = '', value } of container.systemControls ?? []) {
    const isKnown = OF_IPC.test(namespace) || OF_NETWORK.test(namespace);
    // Source: ECS API reference, SystemControl: with the host's IPC namespace its parameters are not supported.
    if (!isKnown || value === undefined || (ipcMode === 'host' && OF_IPC.test(namespace)))
      return invalid('systemControls', container);
  }
  return undefined;
};

/** What containers may ask of the kernel. */
export const linuxRules: readonly Rule[] = [
  eachContainer([capabilities, memory, tmpfs, ulimits, systemControls]),
];
