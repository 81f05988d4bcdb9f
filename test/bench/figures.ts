import { performance } from 'node:perf_hooks';

/** One line of the report; `budget`: what the ratio may be at most (or at least). */
export type Figure = {
  readonly what: string;
  readonly value: string;
  readonly ratio?: number;
  readonly budget?: { readonly atMost: number } | { readonly atLeast: number };
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

export function print(figure: Figure): void {
  const { what, value, ratio, budget } = figure;
  const limit = !budget ? '' : 'atMost' in budget ? `≤ ${budget.atMost}` : `≥ ${budget.atLeast}`;
  const met =
    !budget || ratio === undefined
      ? ''
      : ('atMost' in budget ? ratio <= budget.atMost : ratio >= budget.atLeast)
        ? 'met'
        : 'MISSED';
  const cells = [what.padEnd(62), value.padEnd(34), ratio === undefined ? '' : ratio.toFixed(2), limit, met];
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}
