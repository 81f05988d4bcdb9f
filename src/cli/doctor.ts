import { ConfigError, readConfig, type Config } from '../config.ts';
import { examine } from '../examine.ts';
import type { Finding } from '../model/console-ports.ts';

/**
 * Checks all that the sidecar needs and prints a line for each: what was found, or what to do.
 * Changes nothing. Returns the exit code: 1 when something that is needed is missing.
 */
export async function doctorCommand(environment: NodeJS.ProcessEnv): Promise<number> {
  let config: Config;
  try {
    config = readConfig(environment, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    print({ what: 'settings', ok: false, text: error.message });
    return 1;
  }
  const findings = await examine(config, environment);
  for (const finding of findings) print(finding);
  const failed = findings.filter(({ ok }) => !ok).length;
  process.stdout.write(
    failed === 0 ? '\nAll is well: `ecsidecar start` will work.\n' : `\n${failed} to mend.\n`,
  );
  return failed === 0 ? 0 : 1;
}

function print({ what, ok, text }: Finding): void {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${what.padEnd(12)} ${text}\n`);
}
