/**
 * Chooses from a TAP stream what a log should show: a line for each test file, and every failure with its diagnostics
 * and the names of the tests around it. For terminals tap has reporters; they redraw, which no log can show.
 * @param {(line: string) => void} print
 * @returns {(line: string) => void} to be called with each line of the stream
 */
export function createTapLines(print) {
  /** Names of the tests that the stream is in, outermost (the file) first. @type {string[]} */
  let names = [];
  let diagnosticsIndent = -1;
  let isShown = false;
  return (line) => {
    const indent = line.length - line.trimStart().length;
    if (diagnosticsIndent >= 0) {
      if (isShown) print(line.slice(diagnosticsIndent));
      if (line.trim() === '...' && indent === diagnosticsIndent) diagnosticsIndent = -1;
      return;
    }
    if (line.trim() === '---') {
      diagnosticsIndent = indent;
      return;
    }
    const name = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    if (name !== undefined) {
      names = [...names.slice(0, indent / 4), name];
      return;
    }
    const point = /^ *(not )?ok \d+(?: - (.*))?$/.exec(line);
    if (!point) return;
    const [, not, text = ''] = point;
    names = names.slice(0, indent / 4);
    isShown = not !== undefined && !/ # (SKIP|TODO)\b/i.test(text);
    if (indent === 0) print(`${not ? '✗' : '✓'} ${text.replace(/ # time=(\S+)$/, ' ($1)')}`);
    else if (isShown) print(`  ✗ ${[...names, text.replace(/ # time=\S+$/, '')].join(' > ')}`);
  };
}
