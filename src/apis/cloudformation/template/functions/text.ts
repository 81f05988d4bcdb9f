import { validationError } from '../errors.ts';
import { isList, isObject, isScalar } from '../json.ts';
import {
  isNodeList,
  isText,
  isUnknown,
  knownJson,
  NO_VALUE,
  type Node,
  unknown,
  unknownText,
} from '../nodes.ts';
import type { Scope, TemplateFunction } from '../scope.ts';
import { readSub } from '../sub.ts';
import { attributeOf, referred } from './references.ts';

/** Source: recorded in LocalStack's tests against AWS. */
const wrongJoin = (): Error =>
  validationError(
    'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
  );

/** Ours, as long as a template may be: functions within functions make texts of any length out of a short one. */
const MAX_TEXT_LENGTH = 1_000_000;

/** Throws ValidationError. The wording is ours. */
function checkLength(length: number): void {
  if (length > MAX_TEXT_LENGTH)
    throw validationError(
      `Template error: a function gives a text of more than ${MAX_TEXT_LENGTH} characters`,
    );
}

/** One text of several; not yet known when one of them is. Throws ValidationError. */
function concatenated(parts: readonly (string | number | boolean | ReturnType<typeof unknown>)[]): Node {
  const texts = parts.map((part) => (typeof part === 'object' ? unknownText(part) : String(part)));
  checkLength(texts.reduce((sum, { length }) => sum + length, 0));
  const text = texts.join('');
  return parts.some((part) => typeof part === 'object') ? unknown(text) : text;
}

export const join: TemplateFunction = {
  check: (argument) => {
    if (!isList(argument) || argument.length !== 2 || !isScalar(argument[0])) throw wrongJoin();
    if (isScalar(argument[1])) throw wrongJoin();
  },
  evaluate: (argument, scope) => {
    const [delimiter, list] = isList(argument) ? argument : [];
    if (!isScalar(delimiter) || list === undefined) throw wrongJoin();
    const items = scope.evaluate(list);
    if (isUnknown(items)) return unknown();
    if (!isNodeList(items)) throw wrongJoin();
    return concatenated(
      items.flatMap((item, index) => {
        if (!isText(item) && !isUnknown(item)) throw wrongJoin();
        return index === 0 ? [item] : [String(delimiter), item];
      }),
    );
  },
};

/** Source: recorded in LocalStack's tests against AWS. */
const wrongSplit = (): Error =>
  validationError(
    'Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
  );

export const split: TemplateFunction = {
  check: (argument) => {
    if (!isList(argument) || argument.length !== 2 || !isScalar(argument[0]) || argument[0] === '')
      throw wrongSplit();
    if (argument[1] !== undefined && isList(argument[1])) throw wrongSplit();
  },
  evaluate: (argument, scope) => {
    const [delimiter, source] = isList(argument) ? argument : [];
    if (!isScalar(delimiter) || delimiter === '' || source === undefined) throw wrongSplit();
    const text = scope.evaluate(source);
    if (isUnknown(text)) return text;
    if (!isText(text)) throw wrongSplit();
    return String(text).split(String(delimiter));
  },
};

export const sub: TemplateFunction = {
  check: (argument) => {
    const { variables } = readSub(argument);
    for (const value of Object.values(variables)) if (isList(value)) throw wrongVariable();
  },
  evaluate: (argument, scope) => {
    const { parts, variables } = readSub(argument);
    return concatenated(
      parts.map((part) => {
        if ('text' in part) return part.text;
        const isOwn = Object.hasOwn(variables, part.variable);
        const node = isOwn
          ? scope.evaluate(variables[part.variable] ?? '')
          : variableOf(part.variable, scope);
        if (node === NO_VALUE) return '';
        if (isText(node) || isUnknown(node)) return node;
        if (isOwn) throw wrongVariable();
        // Source: public reports of this message.
        throw validationError(
          `Template error: variable ${part.variable} in Fn::Sub expression does not resolve to a string`,
        );
      }),
    );
  },
};

const wrongVariable = (): Error =>
  validationError(
    'Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns a string',
  );

function variableOf(name: string, scope: Scope): Node {
  const dot = name.indexOf('.');
  return dot < 0 ? referred(name, scope) : attributeOf(name.slice(0, dot), name.slice(dot + 1), scope);
}

/** Source: Eucalyptus, which took CloudFormation's words. */
const wrongBase64 = (): Error =>
  validationError('Template error: every Fn::Base64 object must have a String-typed value.');

export const base64: TemplateFunction = {
  check: (argument) => {
    if (isList(argument)) throw wrongBase64();
  },
  evaluate: (argument, scope) => {
    const text = scope.evaluate(argument);
    if (isUnknown(text)) return unknown();
    if (!isText(text)) throw wrongBase64();
    const encoded = Buffer.from(String(text)).toString('base64');
    checkLength(encoded.length);
    return encoded;
  },
};

export const toJsonString: TemplateFunction = {
  check: (argument) => {
    // The wording is ours.
    if (!isList(argument) && !isObject(argument))
      throw validationError('Template error: every Fn::ToJsonString object must have an object or a list.');
  },
  evaluate: (argument, scope) => {
    const node = scope.evaluate(argument);
    if (isUnknown(node)) return unknown();
    const value = knownJson(node);
    if (value === undefined) return unknown();
    const text = JSON.stringify(value);
    checkLength(text.length);
    return text;
  },
};
