import type { Deployment } from '../model/service.ts';

/**
 * Notes whether protected tasks keep a deployment from scaling in, and tells when that begins. Source of the words: ECS
 * developer guide, service event messages.
 */
export function noteHeld(
  deployment: Deployment,
  isHeld: boolean,
  serviceName: string,
  events: string[],
): Deployment {
  const { heldByProtection = false, ...rest } = deployment;
  if (isHeld === heldByProtection) return deployment;
  if (!isHeld) return rest;
  events.push(
    `(service ${serviceName}) was unable to reach steady state because task set (${deployment.id}) was unable to scale in. Reason: The number of protected tasks are more than the desired count of tasks.`,
  );
  return { ...rest, heldByProtection: true };
}
