import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * @typedef {{ code: number | null, output: string }} Outcome `code` is null when the program could not be run or
 *   overran its time; `output` then says so.
 */

/** Kept of what a program prints: its end says what went wrong. */
const MAX_OUTPUT_CHARACTERS = 200_000;

/**
 * Runs a program and collects what it prints, errors included. Never rejects.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd !== undefined && { cwd }),
      ...(env !== undefined && { env }),
      ...(timeoutMs !== undefined && { timeout: timeoutMs, killSignal: 'SIGKILL' }),
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm and its like are .cmd files there, which only a shell runs.
      shell: process.platform === 'win32' && !/[\\/]/.test(command),
    });
    let output = '';
    const keep = (/** @type {string} */ chunk) => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      resolve({ code: null, output: `${command}: ${error.message}` });
    });
    child.on('close', (code, signal) => {
      resolve({ code, output: signal ? `${output}\n${command} was ended by ${signal}` : output });
    });
  });
}

/**
 * Runs a program on this terminal, hands it the signals that we get, and returns its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options] `onLine` gets the
 *   lines of its standard output, which then do not go to the terminal
 * @returns {Promise<number>}
 */
export function runInteractively(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['inherit', onLine ? 'pipe' : 'inherit', 'inherit'],
    });
    if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      // Ctrl-C reaches the child by itself: the terminal sends it to the whole group.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, forward);
    // npm hands SIGTERM to the shell between it and us, and that dies of it without telling us.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent && process.env['npm_lifecycle_event'] !== undefined) {
        clearInterval(watch);
        child.kill('SIGTERM');
      }
    }, 500);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      for (const name of signals) process.off(name, forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}
