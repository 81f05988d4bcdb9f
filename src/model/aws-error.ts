/**
 * An error that the client sees: AWS's code and words. Everything else that is thrown is answered as
 * ServerException and logged with its cause.
 */
export class AwsError extends Error {
  /** The `__type` of the answer, e.g. `ClusterNotFoundException`. */
  readonly code: string;
  /** HTTP status: 400 for client errors, 500 for the server's. */
  readonly status: number;
  /** Further members of the error's structure, e.g. `resourceIds` of ConflictException. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** ECS's general refusal of a request's content. */
export class ClientException extends AwsError {
  constructor(message: string) {
    super('ClientException', message);
  }
}

/** A parameter of the wrong form or value. */
export class InvalidParameterException extends AwsError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

/** The sidecar's own failure; answered with HTTP 500. */
export class ServerException extends AwsError {
  constructor(message: string) {
    super('ServerException', message, { status: 500 });
  }
}

/** A named cluster that was never made in this account and region. */
export class ClusterNotFoundException extends AwsError {
  constructor() {
    super('ClusterNotFoundException', 'Cluster not found.');
  }
}
