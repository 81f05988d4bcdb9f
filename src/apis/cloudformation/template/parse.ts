import { checkFunctions } from './check-functions.ts';
import { checkReferences } from './check-references.ts';
import { readTemplate } from './read-template.ts';
import { templateFromDocument } from './template-from-document.ts';
import type { Template } from './types.ts';

/**
 * Reads a template, JSON or YAML, and checks its form: sections, resources' attributes, functions' arguments, and that
 * what is referred to is there. A template with transforms is checked in full once they are applied. Throws
 * ValidationError in CloudFormation's words.
 */
export function parseTemplate(body: string): Template {
  const template = templateFromDocument(readTemplate(body));
  if (template.transforms.length === 0) checkTemplate(template);
  return template;
}

/** Checks functions and references of a template whose transforms are applied. Throws ValidationError. */
export function checkTemplate(template: Template): void {
  checkFunctions(template);
  checkReferences(template);
}
