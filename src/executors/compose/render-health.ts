import type { HealthCheck } from '@aws-sdk/client-ecs';

/**
 * Source: ECS API reference, HealthCheck: defaults 30 s, 5 s, 3 tries and no start period. A command that begins with
 * neither CMD, CMD-SHELL nor NONE is refused by Docker; it is taken as a program, or when it is one text, as shell code.
 */
export function renderHealthCheck(
  { command = [], interval = 30, timeout = 5, retries = 3, startPeriod }: HealthCheck,
  waits: string | undefined,
) {
  // A program that waits for a debugger answers no check; the first success ends the period.
  const period = waits === undefined ? startPeriod && `${startPeriod}s` : '24h';
  const isMarked = ['CMD', 'CMD-SHELL', 'NONE'].includes(command[0] ?? '');
  return {
    test: isMarked ? command : [command.length === 1 ? 'CMD-SHELL' : 'CMD', ...command],
    interval: `${interval}s`,
    timeout: `${timeout}s`,
    retries,
    ...(period && { start_period: period }),
  };
}
