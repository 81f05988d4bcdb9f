import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { putProgram, withDebianPackage } from './debian.mjs';
import { onPath } from './facts.mjs';
import { run } from './process.mjs';

/**
 * The registry that tests of private images start: Debian's `docker-registry`. It is unpacked and not installed: its
 * package would start a service that nobody asked for.
 * @param {string} root
 * @param {boolean} canFetch
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<{ ECSIDECAR_TEST_REGISTRY?: string }>} empty when it cannot be had
 */
export async function ensureRegistry(root, canFetch, report) {
  const target = join(root, 'node_modules/.cache/ecsidecar/docker-registry');
  const found = [onPath('docker-registry'), target].find((path) => path !== undefined && existsSync(path));
  if (found === undefined && !canFetch) {
    report.done('private registries are not tested: docker-registry is fetched from Debian’s packages alone');
    return {};
  }
  if (found === undefined) {
    await report.step(`fetching docker-registry from Debian's packages to ${target}`, () =>
      withDebianPackage('docker-registry', async (folder) => {
        const binary = join(folder, 'usr/bin/docker-registry');
        const { code } = await run(binary, ['--version'], { timeoutMs: 15_000 });
        if (code !== 0) return undefined;
        await putProgram(binary, target);
        return true;
      }),
    );
  }
  const path = found ?? target;
  report.done(`test registry ${path}`);
  return { ECSIDECAR_TEST_REGISTRY: path };
}
