const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size to read, e.g. `1.5 MiB`. */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
