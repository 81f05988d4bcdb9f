import { Command, CommanderError } from 'commander';
import { VARIABLES, VERSION } from '../config.ts';

/** Reads the command line and runs its command; returns the exit code. Commands are loaded when they are asked for. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('ecsidecar')
    .description('Amazon ECS on your own machine: the ECS API, with every task a Docker Compose project.')
    .version(VERSION)
    .exitOverride();

  program
    .command('start')
    .description('run the sidecar until Ctrl-C')
    .addHelpText('after', `\nEnvironment:\n${variablesHelp()}`)
    .action(async () => {
      const { startCommand } = await import('./start.ts');
      exitCode = await startCommand(process.env);
    });

  program
    .command('render')
    .description('print the Compose file of a task definition; needs neither engine nor sidecar')
    .addHelpText(
      'after',
      '\nWith ECS_COMPOSE_OVERRIDES the head of the file says which override files apply; --merged applies them.',
    )
    .argument(
      '<file>',
      'JSON as for register-task-definition or from describe-task-definition; - reads standard input',
    )
    .option('--family <family>', 'which one, when the file holds several')
    .option('--service <cluster/service>', 'as for a task of this service, for its override file')
    .option('--merged', 'all services as Compose has them after the override files; needs Compose')
    .action(async (file: string, options: { family?: string; service?: string; merged?: true }) => {
      const { renderCommand } = await import('./render.ts');
      exitCode = await renderCommand(file, options, process.env);
    });

  program
    .command('doctor')
    .description(
      'check engine, Compose, network, port, data folder and registry credentials, and say what to do',
    )
    .action(async () => {
      const { doctorCommand } = await import('./doctor.ts');
      exitCode = await doctorCommand(process.env);
    });

  program
    .command('watch')
    .description('print reloads as they happen: which files changed, and how long it took')
    .action(async () => {
      const { watchCommand } = await import('./watch.ts');
      exitCode = await watchCommand(process.env);
    });

  program
    .command('debug')
    .description("list the debugger ports of running tasks and write VS Code's and JetBrains' configurations")
    .option('--folder <folder>', 'the project folder', '.')
    .option('--print', 'show the files instead of writing them', false)
    .action(async (options: { folder: string; print: boolean }) => {
      const { debugCommand } = await import('./debug.ts');
      exitCode = await debugCommand(options, process.env);
    });

  // For the sidecar itself, when it is in a container: what it runs where it cannot look.
  program
    .command('watch-agent', { hidden: true })
    .argument('<path>')
    .action(async (path: string) => {
      const [{ watchForSidecar }, { readConfig }] = await Promise.all([
        import('../main.ts'),
        import('../config.ts'),
      ]);
      await watchForSidecar(path, readConfig(process.env, false).hotReloadPollSeconds * 1000);
    });

  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}

function variablesHelp(): string {
  return VARIABLES.map(
    ([name, fallback, meaning]) =>
      `  ${name.padEnd(24)}${meaning}${fallback ? ` (default: ${fallback})` : ''}`,
  ).join('\n');
}
