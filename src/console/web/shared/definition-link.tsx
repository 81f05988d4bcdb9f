import { nameOf, taskDefinitionAddress } from './addresses.ts';
import { RouterLink } from './router-link.tsx';

/** A task definition's family and revision, which lead to its page. */
export function DefinitionLink({ arn }: { readonly arn: string | undefined }) {
  return arn === undefined ? '–' : <RouterLink to={taskDefinitionAddress(arn)}>{nameOf(arn)}</RouterLink>;
}
