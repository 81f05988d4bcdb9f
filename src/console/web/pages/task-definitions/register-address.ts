/** Where a new revision is made, from this one if given (`family:revision`). */
export const registerAddress = (from?: string): string =>
  `/task-definitions/~register${from === undefined ? '' : `?from=${encodeURIComponent(from)}`}`;
