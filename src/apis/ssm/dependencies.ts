import type { Operation, RequestContext } from '../../model/ports.ts';
import type { ParameterStore } from '../../model/parameter.ts';

/** What the Parameter Store API needs of the rest. */
export type SsmDependencies = {
  readonly parameters: ParameterStore;
  readonly now: () => Date;
};

export type SsmContext = SsmDependencies & RequestContext;
export type SsmOperation<Input, Output> = Operation<Input, Output, SsmDependencies>;
