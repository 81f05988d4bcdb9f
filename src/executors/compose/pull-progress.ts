type Layer = { downloaded: number; total: number | undefined; isDone: boolean };

export type PullProgress = {
  /** Takes one line of the engine's progress; returns what went wrong, when the line says that. */
  read(line: string): string | undefined;
  /** e.g. `3 of 7 layers, 45.2 of 120.4 MB`. */
  print(): string;
};

/** Adds up what the engine tells of a pull, a line for each step of each layer. Source: Engine API, ImageCreate. */
export function createPullProgress(): PullProgress {
  const layers = new Map<string, Layer>();
  return {
    read(line) {
      if (line.trim() === '') return undefined;
      const { error, status, id, progressDetail } = JSON.parse(line) as {
        error?: unknown;
        status?: unknown;
        id?: unknown;
        progressDetail?: { current?: number; total?: number };
      };
      if (typeof id === 'string') note(layers, id, status, progressDetail ?? {});
      return typeof error === 'string' ? error : undefined;
    },
    print() {
      const all = [...layers.values()];
      const done = all.filter(({ isDone }) => isDone).length;
      const downloaded = sum(all.map((layer) => layer.downloaded));
      // Of a layer that waits for its turn the engine does not tell the size.
      const total = all.every((layer) => layer.total !== undefined)
        ? sum(all.map((layer) => layer.total ?? 0))
        : undefined;
      const size =
        total === undefined ? megabytes(downloaded) : `${inMegabytes(downloaded)} of ${megabytes(total)}`;
      return `${done} of ${all.length} layers, ${size}`;
    },
  };
}

function note(
  layers: Map<string, Layer>,
  id: string,
  status: unknown,
  { current = 0, total }: { current?: number; total?: number },
): void {
  const layer = layers.get(id) ?? { downloaded: 0, total: undefined, isDone: false };
  switch (status) {
    case 'Pulling fs layer':
    case 'Waiting':
      break;
    case 'Downloading':
      layer.downloaded = current;
      if (total !== undefined && total > 0) layer.total = total;
      break;
    case 'Verifying Checksum':
    case 'Download complete':
      // A small layer is done before it tells its size.
      layer.total ??= layer.downloaded;
      layer.downloaded = layer.total;
      break;
    case 'Already exists':
    case 'Pull complete':
      layer.total ??= layer.downloaded;
      layer.downloaded = layer.total;
      layer.isDone = true;
      break;
    default:
      // Extraction goes over the same bytes again; the first line has the tag for an id.
      return;
  }
  layers.set(id, layer);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** e.g. `45.2 MB`, as Docker's own tools count. */
export const megabytes = (bytes: number): string => `${inMegabytes(bytes)} MB`;
