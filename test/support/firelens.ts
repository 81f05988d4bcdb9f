import { readFileSync } from 'node:fs';

/** Runs in the router's container, behind the text of forward-protocol.ts. */
const PROGRAM = `
import { readdirSync, readFileSync, unlinkSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
const say = (what, value) => console.log(what + ' ' + JSON.stringify(value));
for (const path of ['/fluent-bit/etc/fluent-bit.conf', '/fluent-bit/etc/external.conf', '/fluentd/etc/fluent.conf', '/fluentd/etc/external.conf'])
  if (existsSync(path)) say('CONFIG', { path, text: readFileSync(path, 'utf8') });
say('ENV', process.env);
const serve = (from) => createServer((socket) => {
  const read = createForwardReader();
  socket.on('data', (chunk) => { for (const one of read(chunk)) say('RECORD', { from, ...one }); });
});
if (existsSync('/var/run/fluent.sock')) unlinkSync('/var/run/fluent.sock');
serve('socket').listen('/var/run/fluent.sock', () => say('LISTENING', readdirSync('/var/run')));
serve('tcp').listen(24224, '0.0.0.0');
process.on('SIGTERM', () => { say('TERM', true); process.exit(0); });
`;

/** The command of a container of Node's that stands in for fluent-bit: it prints its configuration and what it gets. */
export const ROUTER = [
  'node',
  '--no-warnings',
  '--input-type=module-typescript',
  '-e',
  readFileSync(new URL('forward-protocol.ts', import.meta.url), 'utf8') + PROGRAM,
];

/** What the router said under a word. */
export const saidBy = <T>(output: string, word: string): T[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => JSON.parse(line.slice(word.length + 1)) as T);
