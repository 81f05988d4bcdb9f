import { ConfigError, readConfig } from '../config.ts';

/** The sidecar cannot be asked; the message says what to do. */
export class NoSidecar extends Error {}

/** The address of the running sidecar: AWS_ENDPOINT_URL, else that of GATEWAY_LISTEN. Throws NoSidecar. */
export function sidecarUrl(environment: NodeJS.ProcessEnv): string {
  const given = environment['AWS_ENDPOINT_URL'];
  try {
    if (given) return new URL(given).origin;
    const { host, port } = readConfig(environment, false).listen;
    return `http://${host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
  } catch (error) {
    if (error instanceof ConfigError) throw new NoSidecar(error.message);
    throw new NoSidecar(
      `AWS_ENDPOINT_URL is "${given ?? ''}"; it must be an address such as http://127.0.0.1:4566.`,
    );
  }
}

/** Text for when nothing answers at an address. */
export const notAnswering = (url: string): string =>
  `no sidecar answers at ${url}. Start it with \`ecsidecar start\`, or set AWS_ENDPOINT_URL to its address.`;

/**
 * Calls an action of ECS as an SDK would, in the region of AWS_REGION and the account of AWS_ACCESS_KEY_ID. Throws
 * NoSidecar, or an Error with what AWS answered.
 */
export async function callEcs<Output>(
  environment: NodeJS.ProcessEnv,
  action: string,
  input: object,
): Promise<Output> {
  const url = sidecarUrl(environment);
  const region = environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const credential = `${environment['AWS_ACCESS_KEY_ID'] ?? 'test'}/20200101/${region}/ecs/aws4_request`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
      // Who asks is read from it; nothing here checks a signature.
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  }).catch((error: unknown) => {
    throw new NoSidecar(notAnswering(url), { cause: error });
  });
  const body = (await answer.json()) as Output & { message?: string };
  if (!answer.ok) throw new Error(`${action}: ${body.message ?? answer.statusText}`);
  return body;
}
