import { expandLanguageExtensions } from './language-extensions.ts';
import { notBuilt } from './not-built.ts';
import { checkTemplate } from './parse.ts';
import { LANGUAGE_EXTENSIONS, templateFromDocument } from './template-from-document.ts';
import type { PseudoParameters, ResolvedParameters, Template } from './types.ts';

/** The template after its transforms, checked. Throws ValidationError, also for a transform that is not built. */
export function applyTransforms(
  template: Template,
  parameters: ResolvedParameters,
  pseudo: PseudoParameters,
): Template {
  if (template.transforms.length === 0) return template;
  const unknown = template.transforms.find((name) => name !== LANGUAGE_EXTENSIONS && name !== 'AWS::Include');
  if (unknown !== undefined) throw notBuilt(unknown);
  const document = expandLanguageExtensions(template, parameters, pseudo);
  const expanded = { ...templateFromDocument(document), transforms: template.transforms };
  checkTemplate(expanded);
  return expanded;
}
