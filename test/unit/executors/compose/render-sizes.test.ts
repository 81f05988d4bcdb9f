import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { NO_FLAGS } from '../../../../src/executors/compose/docker-flags.ts';
import { renderSizes } from '../../../../src/executors/compose/render-sizes.ts';

type Sizes = { container?: ContainerDefinition; cpu?: string; memory?: string; engineCpus?: number };

const sizes = ({ container = {}, cpu, memory, engineCpus }: Sizes, flags = NO_FLAGS) =>
  renderSizes(
    { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) },
    container,
    flags,
    engineCpus === undefined ? {} : { engineCpus },
  );

t.test('sizes of a container, from its own and those of its task', (t) => {
  const cases: [string, Sizes, object][] = [
    ['none', {}, { cpu_shares: 2 }],
    ['shares', { container: { cpu: 512 } }, { cpu_shares: 512 }],
    ['shares within the kernel’s bounds', { container: { cpu: 400_000 } }, { cpu_shares: 262_144 }],
    ['memory', { container: { memory: 64 } }, { cpu_shares: 2, mem_limit: '64m' }],
    ['no less memory than Docker takes', { container: { memory: 1 } }, { cpu_shares: 2, mem_limit: '6m' }],
    [
      'a reservation alone is no limit',
      { container: { memoryReservation: 32 } },
      { cpu_shares: 2, mem_reservation: '32m' },
    ],
    ['the task’s', { cpu: '256', memory: '512' }, { cpu_shares: 2, cpus: 0.25, mem_limit: '512m' }],
    [
      'its own memory within the task’s',
      { container: { memory: 64, memoryReservation: 32 }, memory: '512' },
      { cpu_shares: 2, mem_limit: '64m', mem_reservation: '32m' },
    ],
    [
      'a reservation above the task’s memory, which Docker refuses',
      { container: { memoryReservation: 1024 }, memory: '512' },
      { cpu_shares: 2, mem_limit: '512m', mem_reservation: '512m' },
    ],
    ['fewer processors than there are', { cpu: '1024', engineCpus: 2 }, { cpu_shares: 2, cpus: 1 }],
    ['as many as there are', { cpu: '2048', engineCpus: 2 }, { cpu_shares: 2 }],
    ['more than there are', { cpu: '16384', engineCpus: 2 }, { cpu_shares: 2 }],
    [
      'swap beside the memory',
      { container: { memory: 64, linuxParameters: { maxSwap: 16, swappiness: 0 } } },
      { cpu_shares: 2, mem_limit: '64m', memswap_limit: '80m', mem_swappiness: 0 },
    ],
    [
      'no swap',
      { container: { linuxParameters: { maxSwap: 0 } }, memory: '512' },
      { cpu_shares: 2, mem_limit: '512m', memswap_limit: '512m' },
    ],
    [
      'swap without a limit of memory',
      { container: { linuxParameters: { maxSwap: 16 } } },
      { cpu_shares: 2 },
    ],
    [
      'swappiness without maxSwap',
      { container: { memory: 64, linuxParameters: { swappiness: 9 } } },
      { cpu_shares: 2, mem_limit: '64m' },
    ],
  ];
  for (const [name, given, expected] of cases) t.same(sizes(given), expected, name);
  t.end();
});

t.test('--memory of the flags wins, and swap is counted from it', (t) => {
  const flags = { ...NO_FLAGS, memoryBytes: 100_000_000 };
  const container = { memory: 64, linuxParameters: { maxSwap: 1 } };
  t.same(sizes({ container, memory: '512' }, flags), {
    cpu_shares: 2,
    mem_limit: 100_000_000,
    memswap_limit: 101_048_576,
  });
  t.end();
});

t.test('a reservation above the limit of the Docker flags, which Docker refuses', (t) => {
  const flags = { ...NO_FLAGS, memoryBytes: 128 * 1024 * 1024 };
  t.match(sizes({ container: { memory: 512, memoryReservation: 256 } }, flags), {
    mem_limit: '128m',
    mem_reservation: '128m',
  });
  t.end();
});
