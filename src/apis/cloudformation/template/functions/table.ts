import type { TemplateFunction } from '../scope.ts';
import { cidr, getAzs, length, select, transform } from './lists.ts';
import { conditional, findInMap, getAtt, importValue, ref } from './references.ts';
import { getStackOutput } from './stack-output.ts';
import { base64, join, split, sub, toJsonString } from './text.ts';

/** Every function that gives a value. */
export const VALUE_FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map([
  ['Ref', ref],
  ['Fn::Base64', base64],
  ['Fn::Cidr', cidr],
  ['Fn::FindInMap', findInMap],
  ['Fn::GetAtt', getAtt],
  ['Fn::GetAZs', getAzs],
  ['Fn::GetStackOutput', getStackOutput],
  ['Fn::If', conditional],
  ['Fn::ImportValue', importValue],
  ['Fn::Join', join],
  ['Fn::Length', length],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::Sub', sub],
  ['Fn::ToJsonString', toJsonString],
  ['Fn::Transform', transform],
]);

/** Those that only templates with the transform AWS::LanguageExtensions have. */
export const EXTENSIONS: readonly string[] = ['Fn::Length', 'Fn::ToJsonString'];

/** Those that give a boolean, for Conditions and Rules. */
export const CONDITION_FUNCTIONS: readonly string[] = ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'];

/** Those of Rules alone. */
export const RULE_FUNCTIONS: readonly string[] = [
  'Fn::Contains',
  'Fn::EachMemberEquals',
  'Fn::EachMemberIn',
  'Fn::RefAll',
  'Fn::ValueOf',
  'Fn::ValueOfAll',
];
