/**
 * What a secret of `repositoryCredentials` says: `{"username": …, "password": …}`, with names in any case, as Go reads
 * them. Throws an Error in the ECS agent's words, which hold nothing of the secret. Source: ECS agent, extractASMValue.
 */
export function parseRegistryAuth(secret: string): { username: string; password: string } {
  if (secret === '') throw new Error('asm fetching authorization data: empty secrets value');
  const parsed = parseJson(secret);
  const member = (name: string): string => {
    const found: unknown = Object.entries(parsed).findLast(([key]) => key.toLowerCase() === name)?.[1];
    if (found === undefined || found === null || found === '')
      throw new Error(`asm fetching ${name}: AuthorizationData is malformed, empty field`);
    if (typeof found !== 'string') throw invalid();
    return found;
  };
  return { username: member('username'), password: member('password') };
}

const invalid = (): Error =>
  new Error('asm fetching authorization data: unable to unmarshal secret value, invalid schema');

function parseJson(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid();
  return parsed;
}
