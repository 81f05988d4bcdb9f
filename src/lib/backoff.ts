/**
 * Milliseconds to wait after the nth failure in a row (1, 2, …): doubled from `firstMs` up to `maxMs`, less up to a
 * fifth by `random` (0 to 1), so that many who failed together do not come back together.
 */
export function backoffMs(failures: number, random: number, firstMs = 200, maxMs = 10_000): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (1 - 0.2 * random));
}
