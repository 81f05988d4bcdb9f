import { validationError } from '../errors.ts';
import { isList, isObject, isScalar } from '../json.ts';
import { isNodeList, isText, isUnknown, type Node, unknown } from '../nodes.ts';
import type { TemplateFunction } from '../scope.ts';
import { notBuilt } from '../not-built.ts';
import { cidrBlocks } from './cidr.ts';

/** Source: recorded in LocalStack's tests against AWS, for an index that is no number or out of range and a list that is none. */
const wrongSelect = (): Error =>
  validationError(
    'Template error: Fn::Select requires a list argument with two elements: an integer index and a list',
  );

export const select: TemplateFunction = {
  check: (argument) => {
    if (!isList(argument) || argument.length !== 2) throw wrongSelect();
    const [index, list] = argument;
    if (isScalar(index) && !/^\d+$/.test(String(index))) throw wrongSelect();
    if (
      isScalar(list) ||
      (list !== undefined && isList(list) && isScalar(index) && Number(index) >= list.length)
    )
      throw wrongSelect();
  },
  evaluate: (argument, scope) => {
    const [written = '', list = ''] = isList(argument) ? argument : [];
    const index = scope.evaluate(written);
    if (isUnknown(index)) return unknown();
    if (!isText(index) || !/^\d+$/.test(String(index))) throw wrongSelect();
    const items = scope.evaluate(list);
    if (isUnknown(items)) return unknown();
    if (!isNodeList(items)) throw wrongSelect();
    const item = items[Number(index)];
    // Source: public reports of this message, for a list that a function gives.
    if (item === undefined)
      throw validationError(
        `Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`,
      );
    return item;
  },
};

export const getAzs: TemplateFunction = {
  check: (argument) => {
    if (isList(argument)) throw wrongGetAzs();
  },
  evaluate: (argument, scope) => {
    const region = scope.evaluate(argument);
    if (!isText(region)) throw wrongGetAzs();
    return scope.surroundings.availabilityZonesOf(region === '' ? scope.pseudo.region : String(region));
  },
};

/** Source: Eucalyptus, which took CloudFormation's words. */
const wrongGetAzs = (): Error =>
  validationError('Template error: every Fn::GetAZs object must have a String-typed value.');

/** The wording is ours. */
const wrongCidr = (): Error =>
  validationError(
    'Template error: every Fn::Cidr object requires three parameters, (1) an IP address block, (2) a count between 1 and 256 and (3) a number of subnet bits',
  );

export const cidr: TemplateFunction = {
  check: (argument) => {
    if (!isList(argument) || argument.length !== 3) throw wrongCidr();
  },
  evaluate: (argument, scope) => {
    const nodes = (isList(argument) ? argument : []).map((item): Node => scope.evaluate(item));
    if (nodes.some(isUnknown)) return unknown();
    const [block, count, bits] = nodes.map((node) => {
      if (!isText(node)) throw wrongCidr();
      return String(node);
    });
    if (block === undefined || !/^\d+$/.test(count ?? '') || !/^\d+$/.test(bits ?? '')) throw wrongCidr();
    const blocks = cidrBlocks(block, Number(count), Number(bits));
    if (!blocks) throw wrongCidr();
    return blocks;
  },
};

export const length: TemplateFunction = {
  check: (argument) => {
    if (isScalar(argument)) throw wrongLength();
  },
  evaluate: (argument, scope) => {
    const list = scope.evaluate(argument);
    if (isUnknown(list)) return unknown();
    if (!isNodeList(list)) throw wrongLength();
    return list.length;
  },
};

/** Source: measured against AWS by MiniStack, there behind the transform's name. */
const wrongLength = (): Error =>
  validationError('Template error: The Fn::Length value could not be resolved for properties');

/** `AWS::Include` is in its place by now; any other macro is refused. */
export const transform: TemplateFunction = {
  check: (argument) => {
    const name =
      isObject(argument) && isScalar(argument['Name']) ? String(argument['Name']) : 'Fn::Transform';
    throw notBuilt(name);
  },
  evaluate: () => {
    throw notBuilt('Fn::Transform');
  },
};
