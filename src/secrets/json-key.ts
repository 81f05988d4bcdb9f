/**
 * The value of one key of a secret that is a JSON object. A string is itself; everything else is printed as the ECS agent
 * does it, with Go's `%v`: 1000000 is `1e+06`, an object `map[a:1]`, null `<nil>`.
 * Throws an Error in the agent's words, which never hold any of the secret.
 * Source: ECS agent, GetSecretFromASMWithInput.
 */
export function jsonKeyOf(secret: string, key: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(secret);
  } catch {
    // The parser's message repeats what it read. The wording is ours.
    throw new Error(`retrieved secret from Secrets Manager is no JSON, so that it has no json key ${key}`);
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, key))
    throw new Error(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return goText((parsed as Record<string, unknown>)[key]);
}

/** Source: Go, package fmt. */
function goText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${name}:${goText(member)}`);
  return `map[${members.join(' ')}]`;
}

/** `%g` with the fewest digits: a number of 1000000 and more has an exponent, and one below 0.0001. */
function goNumber(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
