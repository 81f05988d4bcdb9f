/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Total
 * @typedef {{ indent: number, children: Total | undefined, points: Total }} Level
 */

const POINT = /^( *)(not )?ok\b(?: \d+)?(?: - (.*?))?(?: \{)?$/;

/**
 * Counts the tests in a TAP stream. A test is an innermost named one, whatever number of assertions it makes, since
 * assertions in a loop say nothing about how much is tested; assertions that stand outside every named test count
 * together as one test of their file (or of the test around them). What failed without a failing test inside (a file
 * that crashed, a plan that was not kept) counts as one failure.
 * Source: TAP 14 specification: subtests are indented by four spaces and followed by their own test point.
 * @param {string} tap
 * @returns {Total}
 */
export function countTests(tap) {
  /** @type {Level[]} */
  const levels = [newLevel(0)];
  let yamlIndent = -1;
  for (const line of tap.split('\n')) {
    const indent = line.length - line.trimStart().length;
    // Diagnostics may quote TAP; they are no part of it.
    if (yamlIndent >= 0) {
      if (line.trim() === '...' && indent === yamlIndent) yamlIndent = -1;
      continue;
    }
    if (line.trim() === '---') {
      yamlIndent = indent;
      continue;
    }
    const point = POINT.exec(line);
    if (!point) continue;
    while (indent > at(levels).indent) levels.push(newLevel(at(levels).indent + 4));
    const inner = indent < at(levels).indent ? close(levels, indent) : undefined;
    addPoint(at(levels), inner, point[2] !== undefined, point[3] ?? '');
  }
  const cutOff = close(levels, 0);
  const total = whole(at(levels));
  return cutOff ? sum(total, cutOff) : total;
}

/**
 * Ends the levels deeper than `indent` and returns what the outermost of them counted.
 * @param {Level[]} levels
 * @param {number} indent
 */
function close(levels, indent) {
  /** @type {Total | undefined} */
  let inner;
  while (at(levels).indent > indent && levels.length > 1) {
    const level = /** @type {Level} */ (levels.pop());
    // A test that was cut off inside another has no test point of its own: what it counted still counts.
    if (inner) level.children = sum(level.children ?? nothing(), inner);
    inner = whole(level);
  }
  return inner;
}

/**
 * @param {Level} level
 * @param {Total | undefined} inner what the subtest counted whose result this point is; none: a plain assertion
 * @param {boolean} isFailed
 * @param {string} text
 */
function addPoint(level, inner, isFailed, text) {
  const isSkipped = / # (SKIP|TODO)\b/i.test(` ${text}`);
  const result = isSkipped ? 'skipped' : isFailed ? 'failed' : 'passed';
  if (inner === undefined && !/ # time=/.test(text)) {
    level.points[result] += 1;
    return;
  }
  const counted = inner ?? nothing();
  if (counted.passed + counted.failed + counted.skipped === 0) counted[result] += 1;
  else if (result === 'failed' && counted.failed === 0) counted.failed += 1;
  level.children = sum(level.children ?? nothing(), counted);
}

/**
 * @param {Level} level
 * @returns {Total}
 */
function whole({ children, points }) {
  const { passed, failed, skipped } = points;
  const own = failed > 0 ? 'failed' : passed > 0 ? 'passed' : skipped > 0 ? 'skipped' : undefined;
  const total = children ?? nothing();
  return own === undefined ? total : sum(total, { ...nothing(), [own]: 1 });
}

/** @param {Level[]} levels */
const at = (levels) => /** @type {Level} */ (levels[levels.length - 1]);

/**
 * @param {number} indent
 * @returns {Level}
 */
const newLevel = (indent) => ({ indent, children: undefined, points: nothing() });

/** @returns {Total} */
const nothing = () => ({ passed: 0, failed: 0, skipped: 0 });

/**
 * @param {Total} a
 * @param {Total} b
 * @returns {Total}
 */
export const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});
