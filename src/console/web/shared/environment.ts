/** Lines of `NAME=value` as an environment. */
export const environmentOf = (text: string): { name: string; value: string }[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at), value: line.slice(at + 1) };
    });

export const environmentText = (
  environment: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[],
): string => environment.map(({ name = '', value = '' }) => `${name}=${value}`).join('\n');
