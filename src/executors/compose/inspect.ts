import { readFile } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Finding } from '../../model/console-ports.ts';
import { findCompose } from './compose-cli.ts';
import { checkEngine, createEngineClient, engineMessage, findEngine } from './engine.ts';
import { DEFAULT_NETWORK } from './surroundings.ts';
import { dockerConfigPath, findRegistryAuth } from './registry-auth.ts';

/** Looks at engine, Compose, network and registry credentials, changing nothing. */
export async function inspectDocking(
  settings: { readonly networkName: string | undefined },
  environment: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const dockerHost = findEngine(environment);
  const engine = await inspectEngine(dockerHost);
  return [
    engine.finding,
    await inspectCompose(environment, dockerHost),
    ...(engine.docker ? [await inspectNetwork(engine.docker, settings.networkName ?? DEFAULT_NETWORK)] : []),
    await inspectCredentials(environment),
  ];
}

async function inspectEngine(dockerHost: string): Promise<{ finding: Finding; docker?: Docker }> {
  try {
    const docker = createEngineClient(dockerHost);
    const { version, apiVersion, platform } = await checkEngine(docker, dockerHost);
    const text = `Docker ${version} (API ${apiVersion}, ${platform}) at ${dockerHost}`;
    return { finding: { what: 'engine', ok: true, text }, docker };
  } catch (error) {
    return { finding: { what: 'engine', ok: false, text: engineMessage(error) } };
  }
}

async function inspectCompose(environment: NodeJS.ProcessEnv, dockerHost: string): Promise<Finding> {
  try {
    const { path, version } = await findCompose(environment, dockerHost);
    return { what: 'compose', ok: true, text: `${version} at ${path}` };
  } catch (error) {
    return { what: 'compose', ok: false, text: engineMessage(error) };
  }
}

async function inspectNetwork(docker: Docker, name: string): Promise<Finding> {
  try {
    const networks = await docker.listNetworks({ filters: { name: [`^${name}$`] } });
    const found = networks.find((network) => network.Name === name);
    const text = found ? `${name} (${found.Driver})` : `${name} is not there yet; it is made at the start`;
    return { what: 'network', ok: true, text };
  } catch (error) {
    return { what: 'network', ok: false, text: `networks cannot be listed: ${engineMessage(error)}` };
  }
}

/** Tries what a pull would do for every registry that Docker's configuration names; shows no secret. */
async function inspectCredentials(environment: NodeJS.ProcessEnv): Promise<Finding> {
  const path = dockerConfigPath(environment);
  try {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return { what: 'credentials', ok: true, text: `none: there is no ${path}` };
    const config = parseJson(text);
    const registries = [
      ...new Set([...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {})]),
    ];
    for (const registry of registries) {
      await findRegistryAuth(
        `${registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '')}/image`,
        environment,
        () => undefined,
      );
    }
    return { what: 'credentials', ok: true, text: `${path}: ${registries.join(', ') || 'no registry'}` };
  } catch (error) {
    return { what: 'credentials', ok: false, text: `${path}: ${engineMessage(error)}` };
  }
}

function parseJson(text: string): { auths?: object; credHelpers?: object } {
  try {
    return JSON.parse(text) as { auths?: object; credHelpers?: object };
  } catch {
    // The parser's message repeats what it read.
    throw new Error('it is no valid JSON');
  }
}
