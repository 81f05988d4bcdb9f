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
  const unknown = template.transforms.find(
    (name) => name !== LANGUAGE_EXTENSIONS && name !== 'AWS::Include' && !changesNothing(name, template),
  );
  if (unknown !== undefined) throw notBuilt(unknown);
  // The section is for functions of AWS::Serverless alone.
  const { Globals: _globals, ...document } = expandLanguageExtensions(template, parameters, pseudo);
  const expanded = { ...templateFromDocument(document), transforms: template.transforms };
  checkTemplate(expanded);
  return expanded;
}

/** Whether a transform of AWS leaves this template as it is: many name one that nothing in them is for. */
function changesNothing(name: string, { resources }: Template): boolean {
  const all = [...resources.values()];
  switch (name) {
    case 'AWS::Serverless-2016-10-31':
      return all.every(({ type }) => !type.startsWith('AWS::Serverless::'));
    case 'AWS::SecretsManager-2020-07-23':
    case 'AWS::SecretsManager-2024-09-16':
      return all.every(({ properties }) => properties['HostedRotationLambda'] === undefined);
    // It adds nothing: its Hooks make CodeDeploy shift traffic, where ECS replaces the task sets here.
    case 'AWS::CodeDeployBlueGreen':
      return true;
    default:
      return false;
  }
}
