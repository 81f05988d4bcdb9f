import { connect } from 'node:net';
import { until } from './poll.ts';

type DapMessage = {
  readonly type: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly body?: unknown;
};

/** A session with a debug adapter that listens at a port. Source: Debug Adapter Protocol. */
export async function openDap(port: number) {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const messages: DapMessage[] = [];
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(rest.toString('latin1'));
      const end = (head?.[0].length ?? 0) + Number(head?.[1]);
      if (!head || rest.length < end) return;
      messages.push(JSON.parse(rest.subarray(head[0].length, end).toString('utf8')) as DapMessage);
      rest = rest.subarray(end);
    }
  });
  let sequence = 0;
  const send = (command: string, args: object): number => {
    sequence += 1;
    const text = JSON.stringify({ seq: sequence, type: 'request', command, arguments: args });
    socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return sequence;
  };
  return {
    /** Sends a request whose answer comes later. */
    send,
    /** Sends a request; resolves with the body of its answer. */
    async ask(command: string, args: object = {}): Promise<unknown> {
      const own = send(command, args);
      const answer = await until(`${command} is answered`, () =>
        Promise.resolve(messages.find((one) => one.request_seq === own)),
      );
      if (answer.success !== true) throw new Error(`${command}: ${JSON.stringify(answer)}`);
      return answer.body;
    },
    event: (name: string) => until(name, () => Promise.resolve(messages.find((one) => one.event === name))),
    close: () => {
      socket.destroy();
    },
  };
}
