/** A namespace of resources: two accounts or two regions never see each other's. */
export type Scope = { readonly account: string; readonly region: string };

/** Who sent a request, read from its credential scope. */
export type Caller = Scope & {
  /** e.g. `arn:aws:iam::000000000000:user/test`; unsigned requests count as the root of 000000000000. */
  readonly principalArn: string;
  /** Of calls within the process that CloudFormation makes for a stack. */
  readonly isCloudFormation?: true;
};

/** The account of requests whose access key is no account id. Source: LocalStack's behaviour. */
export const DEFAULT_ACCOUNT = '000000000000';

/** The region of requests that name none. */
export const DEFAULT_REGION = 'us-east-1';
