import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type UpstreamRequest = {
  /** `GetParameters`, `GetSecretValue`, `GetObject`; also `PutEvents`, of which the sidecar sends its own. */
  readonly action: string;
  /** Of the credential scope. */
  readonly accessKey: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** How a request is answered: as it should be, by access denied, by nothing at all, by a connection that ends, or by what is no answer. */
export type Behaviour = 'answer' | 'deny' | 'hang' | 'drop' | 'break';

/** As much of Systems Manager, Secrets Manager and S3 as ECS needs, with contents that tests set. */
export type Upstream = {
  readonly url: string;
  /** By name; the values of all are encrypted. */
  readonly parameters: Map<string, string>;
  /** By ARN: values by staging label. */
  readonly secrets: Map<string, Readonly<Record<string, string>>>;
  /** By `bucket/key`. */
  readonly objects: Map<string, string>;
  readonly requests: UpstreamRequest[];
  behave: (request: UpstreamRequest) => Behaviour;
  close(): void;
};

export const secretArn = (name: string, region = 'us-east-1'): string =>
  `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-AbCdEf`;

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    answer(upstream, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    parameters: new Map(),
    secrets: new Map(),
    objects: new Map(),
    requests: [],
    behave: () => 'answer',
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return upstream;
}

async function answer(upstream: Upstream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, accessKey = '', region = ''] =
    /Credential=([^/]*)\/[^/]*\/([^/]*)\//.exec(request.headers.authorization ?? '') ?? [];
  const body = await buffer(request);
  const target = request.headers['x-amz-target'];
  const action = target === undefined ? 'GetObject' : String(target).split('.')[1]!;
  const path = decodeURIComponent(new URL(request.url ?? '/', upstream.url).pathname).slice(1);
  const input = target === undefined ? { path } : (JSON.parse(body.toString()) as Record<string, unknown>);
  const asked = { action, accessKey, region, input };
  upstream.requests.push(asked);
  const send = (status: number, type: string, text: string): void => {
    response.writeHead(status, { 'Content-Type': type, 'x-amzn-RequestId': randomUUID() }).end(text);
  };
  const json = (status: number, value: object): void => {
    send(status, 'application/x-amz-json-1.1', JSON.stringify(value));
  };
  if (action === 'PutEvents') {
    json(200, { FailedEntryCount: 0, Entries: [] });
    return;
  }
  const behaviour = upstream.behave(asked);
  if (behaviour === 'hang') return;
  if (behaviour === 'drop') {
    request.socket.destroy();
    return;
  }
  if (behaviour === 'break') {
    send(200, 'application/x-amz-json-1.1', `<${[...upstream.parameters.values()].join()}>`);
    return;
  }
  if (action === 'GetObject') {
    const text = upstream.objects.get(path);
    if (behaviour === 'deny') send(403, 'application/xml', s3Error('AccessDenied', 'Access Denied'));
    else if (text === undefined)
      send(404, 'application/xml', s3Error('NoSuchKey', 'The specified key does not exist.'));
    else send(200, 'binary/octet-stream', text);
    return;
  }
  if (behaviour === 'deny') {
    json(400, { __type: 'AccessDeniedException', message: `User is not authorized to perform: ${action}` });
    return;
  }
  if (action === 'GetParameters') {
    const names = input['Names'] as string[];
    const isHere = (name: string): boolean => upstream.parameters.has(name);
    json(200, {
      Parameters: names.filter(isHere).map((name) => ({
        Name: name,
        Type: 'SecureString',
        Value: input['WithDecryption'] === true ? upstream.parameters.get(name) : 'encrypted',
      })),
      InvalidParameters: names.filter((name) => !isHere(name)),
    });
    return;
  }
  const {
    SecretId: id,
    VersionStage: stage = 'AWSCURRENT',
    VersionId: version = stage,
  } = input as Record<string, string>;
  const found = [...upstream.secrets].find(
    ([arn]) =>
      arn.includes(`:${region}:`) && [arn, arn.slice(0, -7), /secret:(.*)-.{6}$/.exec(arn)?.[1]].includes(id),
  );
  const text = found?.[1][version];
  if (text !== undefined) json(200, { ARN: found?.[0], SecretString: text });
  else
    json(400, {
      __type: 'ResourceNotFoundException',
      Message: `Secrets Manager can't find the specified secret${found ? ` value for staging label: ${stage}` : '.'}`,
    });
}

const s3Error = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>R</RequestId><HostId>H</HostId></Error>`;
