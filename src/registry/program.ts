import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AwsError } from '../model/aws-error.ts';

/** Names of the registry program: Debian's, and its makers'. */
const PROGRAMS = ['docker-registry', 'registry'];

/** The registry ends with the sidecar, however that ends: then the pipe that is its standard input closes. */
const UNTIL_INPUT_ENDS =
  'exec 3<&0; (cat <&3 >/dev/null; kill -TERM $$) 2>/dev/null & exec "$@" 3<&- </dev/null';

const START_DEADLINE_MS = 20_000;

export type RegistryProgram = {
  /** The port on 127.0.0.1 at which the registry listens; it is started when it does not run. Throws AwsError. */
  port(): Promise<number>;
  /** Images were deleted: their layers go before it is started the next time. */
  noteGarbage(): void;
  /** Ends it, and resolves when it is gone. */
  close(): Promise<void>;
};

export type ProgramOptions = {
  /** Where it keeps images and its configuration. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (text: string) => void;
};

/**
 * The CNCF's registry (Debian's docker-registry) as a child of this process. Started by the first who asks for it. Nobody but
 * this process is to ask it: it listens on loopback, at a port that the system chooses, and has no passwords.
 */
export function createRegistryProgram({ folder, environment, log }: ProgramOptions): RegistryProgram {
  const configuration = join(folder, 'config.yml');
  const garbage = join(folder, 'garbage');
  let child: ChildProcess | undefined;
  let listening: Promise<number> | undefined;
  let closing = false;

  const launch = (program: string, action: string): ChildProcess => {
    if (closing) throw isClosing();
    const launched = spawn('/bin/sh', ['-c', UNTIL_INPUT_ENDS, 'sh', program, action, configuration], {
      stdio: ['pipe', 'ignore', action === 'serve' ? 'pipe' : 'ignore'],
      env: { PATH: environment['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' },
    });
    launched.stdin?.on('error', () => undefined);
    launched.once('exit', () => {
      // Ends the one that watches the pipe.
      launched.stdin?.destroy();
    });
    child = launched;
    return launched;
  };

  /** Deletes the layers that no image has any more, which is safe only while nothing is pushed. */
  const collectGarbage = async (program: string): Promise<void> => {
    if (!existsSync(garbage)) return;
    const collector = launch(program, 'garbage-collect');
    const code = await new Promise((resolve) => collector.once('exit', resolve).once('error', resolve));
    if (code === 0) rmSync(garbage, { force: true });
  };

  const start = async (): Promise<number> => {
    const program = findProgram(environment);
    if (program === undefined) throw noProgram();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // JSON is YAML.
    writeFileSync(configuration, JSON.stringify(configure(folder), undefined, 2), { mode: 0o600 });
    await collectGarbage(program);
    const server = launch(program, 'serve');
    server.once('exit', () => {
      listening = undefined;
      if (!closing) log('the registry of images ended; the next request starts it again');
    });
    try {
      const port = await listeningPort(server);
      log(`${program} keeps the images of ECR, at 127.0.0.1:${port}`);
      return port;
    } catch (error) {
      server.stdin?.destroy();
      throw error;
    }
  };

  return {
    async port() {
      if (closing) throw isClosing();
      listening ??= start().catch((error: unknown) => {
        listening = undefined;
        throw error;
      });
      return listening;
    },
    noteGarbage() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(garbage, '');
    },
    async close() {
      closing = true;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ending = child;
      const gone = new Promise((resolve) => ending.once('exit', resolve));
      ending.stdin?.destroy();
      await gone;
    },
  };
}

const isClosing = (): AwsError =>
  new AwsError('ServerException', 'ecsidecar is shutting down.', { status: 503 });

/** Source: documentation of the registry, configuration. */
const configure = (folder: string) => ({
  version: '0.1',
  // Where it listens is told at this level alone.
  log: { level: 'info', accesslog: { disabled: true } },
  storage: {
    filesystem: { rootdirectory: join(folder, 'storage') },
    delete: { enabled: true },
    maintenance: { uploadpurging: { enabled: true, age: '24h', interval: '24h', dryrun: false } },
  },
  http: { addr: '127.0.0.1:0', relativeurls: true, secret: randomBytes(32).toString('hex') },
});

function findProgram(environment: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  for (const folder of folders.filter((one) => one !== ''))
    for (const name of PROGRAMS) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // The next one.
      }
    }
  return undefined;
}

const noProgram = (): AwsError =>
  new AwsError(
    'ServerException',
    'The registry program that keeps the images of ECR is not on this machine. Install it (Debian, Ubuntu: apt-get install docker-registry; elsewhere the binary "registry" of github.com/distribution/distribution on the PATH), or run ecsidecar as a container, whose image has it.',
    { status: 500 },
  );

/** Its log says where it listens: `msg="listening on 127.0.0.1:40123"`. */
function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (): void => {
      clearTimeout(deadline);
      reject(
        new AwsError('ServerException', `The registry of images did not start: ${printed.slice(-1000)}`, {
          status: 500,
        }),
      );
    };
    const deadline = setTimeout(fail, START_DEADLINE_MS);
    child.once('error', fail);
    child.once('exit', fail);
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      // What comes later is of no interest, but has to be read.
      if (printed.length > 100_000) return;
      printed += chunk;
      const [, port] = /listening on [^\s"]*:(\d+)/.exec(printed) ?? [];
      if (port === undefined) return;
      clearTimeout(deadline);
      resolve(Number(port));
    });
  });
}
