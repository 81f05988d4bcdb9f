import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as open, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

type Progress = Readonly<Record<string, unknown>>;

/** An upstream with Cloud Control for VPCs alone. All else is answered by the upstream behind it. */
export type CloudControl = {
  readonly url: string;
  /** Properties by identifier. */
  readonly vpcs: Map<string, Readonly<Record<string, unknown>>>;
  /** Actions of Cloud Control that were asked for, with the type. */
  readonly requests: string[];
  /** Called when the VPC is there and its request not yet answered. */
  whenMade: (identifier: string) => Promise<void>;
  close(): void;
};

export async function startCloudControl(behindUrl: string): Promise<CloudControl> {
  const byToken = new Map<string, Progress>();
  const byRequest = new Map<string, Progress>();

  const keep = (event: Progress): Progress => {
    const full = { RequestToken: randomUUID(), ...event };
    byRequest.set(full.RequestToken, full);
    return full;
  };
  const success = (Operation: string, Identifier: string): Progress =>
    keep({ Operation, Identifier, OperationStatus: 'SUCCESS' });

  /** Source of the errors: Cloud Control API reference, and the EC2 service's words. */
  const act = async (action: string, input: Record<string, string>): Promise<object> => {
    const { ClientToken: token = randomUUID(), Identifier: id = '', TypeName: type } = input;
    cloudControl.requests.push(`${action} ${type ?? ''}`.trim());
    if (action === 'GetResourceRequestStatus')
      return { ProgressEvent: byRequest.get(input['RequestToken'] ?? '') };
    if (type !== 'AWS::EC2::VPC')
      throw refusal('TypeNotFoundException', `The type '${type}' cannot be found.`);
    if (action === 'CreateResource') {
      const known = byToken.get(token);
      if (known) return { ProgressEvent: known };
      const properties = JSON.parse(input['DesiredState'] ?? '{}') as { readonly CidrBlock: string };
      if (properties.CidrBlock.endsWith('/8')) {
        const StatusMessage = `The CIDR '${properties.CidrBlock}' is invalid.`;
        return {
          ProgressEvent: keep({ OperationStatus: 'FAILED', ErrorCode: 'InvalidRequest', StatusMessage }),
        };
      }
      const identifier = `vpc-${randomUUID().slice(0, 8)}`;
      cloudControl.vpcs.set(identifier, {
        ...properties,
        VpcId: identifier,
        DefaultSecurityGroup: 'sg-upstream',
      });
      const event = success('CREATE', identifier);
      byToken.set(token, event);
      await cloudControl.whenMade(identifier);
      return { ProgressEvent: event };
    }
    const properties = cloudControl.vpcs.get(id);
    if (!properties)
      throw refusal(
        'ResourceNotFoundException',
        `Resource of type '${type}' with identifier '${id}' was not found.`,
      );
    if (action === 'GetResource')
      return { ResourceDescription: { Identifier: id, Properties: JSON.stringify(properties) } };
    if (action === 'DeleteResource') {
      cloudControl.vpcs.delete(id);
      return { ProgressEvent: success('DELETE', id) };
    }
    const patch = JSON.parse(input['PatchDocument'] ?? '[]') as {
      op: string;
      path: string;
      value: unknown;
    }[];
    if (patch.some(({ path }) => path === '/CidrBlock'))
      throw refusal(
        'NotUpdatableException',
        'Invalid patch update: createOnlyProperties [/properties/CidrBlock] cannot be updated',
      );
    const next = new Map(Object.entries(properties));
    for (const { op, path, value } of patch) {
      if (op === 'remove') next.delete(path.slice(1));
      else next.set(path.slice(1), value);
    }
    cloudControl.vpcs.set(id, Object.fromEntries(next));
    return { ProgressEvent: success('UPDATE', id) };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [service, action = ''] = String(request.headers['x-amz-target']).split('.');
    if (service !== 'CloudApiService') {
      passOn(behindUrl, request, response);
      return;
    }
    const input = JSON.parse((await buffer(request)).toString()) as Record<string, string>;
    try {
      response.end(JSON.stringify(await act(action, input)));
    } catch (error) {
      const { name: __type, message } = error as Error;
      response.writeHead(400).end(JSON.stringify({ __type, message }));
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cloudControl: CloudControl = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    vpcs: new Map(),
    requests: [],
    whenMade: () => Promise.resolve(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return cloudControl;
}

const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { name: code });

function passOn(behindUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const outgoing = open(new URL(url ?? '/', behindUrl), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  request.pipe(outgoing);
}
