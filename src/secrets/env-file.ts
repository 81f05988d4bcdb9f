/**
 * The variables of an environment file: lines `NAME=value`. Lines that begin with `#` are comments; lines without `=`, and
 * those with nothing before or behind the first one, count for nothing. Blanks and quotation marks are part of the value.
 * Of two lines for one name the last counts. Source: ECS developer guide, environment files; ECS agent,
 * readEnvVarsFromFile.
 */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const end = line.indexOf('=');
    if (end > 0 && end < line.length - 1) variables.set(line.slice(0, end), line.slice(end + 1));
  }
  return variables;
}
