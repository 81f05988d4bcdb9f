import { checkLength } from '../checks.ts';
import { compileJsonPattern } from './json.ts';
import { compileSpaceDelimitedPattern } from './space-delimited.ts';
import { compileTerms } from './terms.ts';

const MAX_PATTERN_LENGTH = 1024;

/** Whether a log event's message matches. */
export type MessageTest = (message: string) => boolean;

/**
 * Compiles a filter pattern: `{ … }` selects by JSON properties, `[ … ]` by the words of a line, all else are terms.
 * Source: Amazon CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription filters, filter log
 * events, and Live Tail". Throws InvalidParameterException; `path` names the request's member.
 */
export function compileFilterPattern(pattern: string, path = 'filterPattern'): MessageTest {
  checkLength(pattern, path, { max: MAX_PATTERN_LENGTH });
  const text = pattern.trim();
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpaceDelimitedPattern(text);
  return compileTerms(text);
}
