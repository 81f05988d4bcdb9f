import type { Diagnostic } from '@codemirror/lint';
import { Validator, type OutputUnit } from '@cfworker/json-schema';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { SchemaDefinition } from './schema.ts';

/** What is wrong with a JSON text, and where: its form first, else what the schema does not take. */
export function problemsBySchema(text: string, { name, definitions }: SchemaDefinition): Diagnostic[] {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: false, disallowComments: true });
  if (errors.length > 0 || !tree) {
    return errors.slice(0, 1).map(({ error, offset, length }) => ({
      from: Math.min(offset, text.length),
      to: Math.min(offset + Math.max(length, 1), text.length),
      severity: 'error',
      message: `This is not JSON: ${printParseErrorCode(error)}.`,
    }));
  }
  const validator = new Validator({ $ref: `#/definitions/${name}`, definitions }, '7', false);
  const found = validator.validate(getNodeValue(tree)).errors.filter(isReason);
  return found.map(({ instanceLocation, keyword, error }) => {
    const node = findNodeAtLocation(tree, stepsOf(tree, instanceLocation)) ?? tree;
    // A missing member is told at the brace, not over all that is there.
    const length = keyword === 'required' ? 1 : node.length;
    return { from: node.offset, to: node.offset + length, severity: 'error', message: error };
  });
}

/** An error that says why itself, not only that something below it is wrong. */
const isReason = ({ keyword }: OutputUnit): boolean =>
  !['$ref', 'properties', 'items', 'additionalProperties'].includes(keyword);

/** The steps of a JSON pointer of the document; which are indexes is told by the document. */
function stepsOf(tree: Node, pointer: string): (string | number)[] {
  let node: Node | undefined = tree;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const name = decodeURIComponent(step.replaceAll('~1', '/').replaceAll('~0', '~'));
      const at = node?.type === 'array' ? Number(name) : name;
      node = node && findNodeAtLocation(node, [at]);
      return at;
    });
}
