import { pino, type Logger } from 'pino';
import { ConfigError, readConfig, type Config } from '../config.ts';
import { StartupError, startSidecar } from '../main.ts';

/**
 * Runs the sidecar until SIGINT or SIGTERM; a second signal ends the waiting for tasks' grace periods.
 * Returns the exit code: 0 after a clean stop, 1 when it could not start.
 */
export async function startCommand(environment: NodeJS.ProcessEnv): Promise<number> {
  let config: Config;
  let logger: Logger;
  try {
    config = readConfig(environment, process.stdout.isTTY);
    logger = await createLogger(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`ecsidecar: ${error.message}\n`);
    return 1;
  }
  // Asked for before starting, so that a signal in the middle of the start is not lost.
  const stop = firstSignal();
  let sidecar;
  try {
    sidecar = await startSidecar(config, environment, logger);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`ecsidecar: ${error.message}\n`);
    return 1;
  }
  process.stdout.write(`${sidecar.summary}\n`);
  const signal = await stop;
  logger.info(
    config.onShutdown === 'stop' ? `${signal}: stopping all tasks` : `${signal}: leaving tasks running`,
  );
  const hurry = new AbortController();
  void firstSignal().then(() => {
    hurry.abort();
  });
  await sidecar.close(hurry.signal);
  logger.info('stopped');
  return 0;
}

async function createLogger(config: Config): Promise<Logger> {
  const options = { level: config.logLevel, base: null };
  if (config.logFormat === 'json') return pino(options);
  // In this thread: a worker would cost a second V8 and lose the last lines of a crash.
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ translateTime: 'SYS:HH:MM:ss.l', ignore: 'reqId', sync: true }));
}

function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    const onSignal = (signal: string): void => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
