/** Set-up cannot go on; the message is for people and ends with what to do next. */
export class SetupStop extends Error {}

/**
 * @typedef {{
 *   done: (text: string) => void,
 *   step: <T>(text: string, work: () => Promise<T>) => Promise<T>,
 * }} Report
 */

/**
 * Tells what set-up does, a line for each thing; what takes time is announced first and timed.
 * @param {(line: string) => void} [print]
 * @returns {Report}
 */
export function createReport(print = (line) => process.stdout.write(`${line}\n`)) {
  return {
    done(text) {
      print(`✓ ${text}`);
    },
    async step(text, work) {
      print(`… ${text}`);
      const start = performance.now();
      try {
        return await work();
      } finally {
        print(`  (${seconds(start)})`);
      }
    },
  };
}

/**
 * Seconds since `start`, a reading of `performance.now()`.
 * @param {number} start
 */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
