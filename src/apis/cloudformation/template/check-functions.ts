import { checkReferenceForms } from './dynamic-references.ts';
import { validationError } from './errors.ts';
import { CONDITION_FUNCTIONS, EXTENSIONS, RULE_FUNCTIONS, VALUE_FUNCTIONS } from './functions/table.ts';
import { functionOf, isList, isObject, own } from './json.ts';
import { checkConditionForm } from './conditions.ts';
import { LANGUAGE_EXTENSIONS } from './template-from-document.ts';
import type { JsonValue, Template } from './types.ts';

/** The form of every function in a template. Throws ValidationError. */
export function checkFunctions(template: Template): void {
  const hasExtensions = template.transforms.includes(LANGUAGE_EXTENSIONS);
  const check = (value: JsonValue): void => {
    if (isList(value)) {
      value.forEach(check);
      return;
    }
    if (!isObject(value)) return;
    const called = functionOf(value);
    if (called) {
      const definition = VALUE_FUNCTIONS.get(called.name);
      if (!definition || (!hasExtensions && EXTENSIONS.includes(called.name))) throw unsupported(called.name);
      definition.check(called.argument);
    }
    // A transform may stand among other members.
    const transform = own(value, 'Fn::Transform');
    if (transform !== undefined) VALUE_FUNCTIONS.get('Fn::Transform')?.check(transform);
    Object.values(value).forEach(check);
  };

  for (const condition of template.conditions.values()) checkConditionForm(condition, check);
  for (const { properties } of template.resources.values()) checkTexts(properties);
  for (const { properties, metadata, creationPolicy, updatePolicy } of template.resources.values())
    for (const part of [properties, metadata, creationPolicy, updatePolicy]) if (part) check(part);
  for (const { value, exportName } of template.outputs.values()) {
    check(value);
    if (exportName !== undefined) check(exportName);
  }
}

/** Dynamic references, where they count. */
function checkTexts(value: JsonValue): void {
  if (typeof value === 'string') checkReferenceForms(value);
  else if (typeof value === 'object') Object.values(value).forEach(checkTexts);
}

/** Source: public reports of this message; the list is CloudFormation's own, with what AWS::LanguageExtensions adds. */
function unsupported(name: string): Error {
  if (CONDITION_FUNCTIONS.includes(name) || RULE_FUNCTIONS.includes(name))
    // The wording is ours.
    return validationError(`Template error: ${name} can be used in the Conditions and Rules sections only.`);
  return validationError(
    `Template Error: Encountered unsupported function: ${name} Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]`,
  );
}
