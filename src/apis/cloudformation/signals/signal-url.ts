/** Whom a signal is for: a wait condition's handle, of one stack. */
export type SignalTarget = {
  readonly stackId: string;
  readonly logicalId: string;
  /** A uuid that nobody can guess: who has the URL may signal. */
  readonly generation: string;
};

/** Every URL of a handle begins so below its host, as on AWS. */
const PATH = '/arn%3Aaws%3Acloudformation%3A';

/** Where a handle's signals are to be PUT. The path is AWS's own; `base` is where the API is reached. */
export const signalUrl = (base: string, { stackId, logicalId, generation }: SignalTarget): string =>
  `${base}/${encodeURIComponent(stackId).replaceAll('%2F', '/')}/${logicalId}?Signature=${generation}`;

/** Whether a request is a signal, by its method and URL. */
export const isSignal = (method: string, url: string): boolean => method === 'PUT' && url.startsWith(PATH);

/** Reads such a URL, whole or from its path on; undefined for any other. */
export function signalTarget(text: string): SignalTarget | undefined {
  const url = URL.parse(text, 'http://localhost');
  const generation = url?.searchParams.get('Signature');
  if (!url?.pathname.startsWith(PATH) || generation === undefined || generation === null) return undefined;
  const path = url.pathname.slice(1);
  const slash = path.lastIndexOf('/');
  try {
    return {
      stackId: decodeURIComponent(path.slice(0, slash)),
      logicalId: decodeURIComponent(path.slice(slash + 1)),
      generation,
    };
  } catch {
    return undefined;
  }
}
