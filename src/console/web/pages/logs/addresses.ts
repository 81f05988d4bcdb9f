/** Where a log group's page is. */
export const addressOfGroup = (group: string): string => `/logs/${encodeURIComponent(group)}`;

/** Where the lines of a group are, or of some of its streams. */
export function addressOfLines(group: string, streams: readonly string[] = []): string {
  const search = new URLSearchParams(streams.map((stream) => ['stream', stream])).toString();
  return `${addressOfGroup(group)}/events${search === '' ? '' : `?${search}`}`;
}
