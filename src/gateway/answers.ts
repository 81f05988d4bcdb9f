import type { AwsError } from '../model/aws-error.ts';

/** An answer ready to be sent. */
export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
};

/** The form in which a client reads answers: awsJson's two versions, Query's XML, or S3's. */
export type AnswerForm = 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1' | 'query' | 's3';

/** The body of an error in a client's form. Source: for awsJson, captures of ECS: `__type` without a namespace, `message`. */
export async function errorAnswer(error: AwsError, form: AnswerForm, requestId: string): Promise<Answer> {
  const { code, message, status, members } = error;
  if (form === 'query') {
    const Error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message };
    return {
      status,
      contentType: 'text/xml',
      body: await xml({ ErrorResponse: { Error, RequestId: requestId } }),
    };
  }
  if (form === 's3') {
    const Error = { Code: code, Message: message, RequestId: requestId };
    return { status, contentType: 'application/xml', body: await xml({ Error }) };
  }
  return { status, contentType: form, body: JSON.stringify({ __type: code, ...members, message }) };
}

/** `<ActionResponse><ActionResult>…` of the Query protocol. */
export async function queryAnswer(
  action: string,
  output: unknown,
  namespace: string,
  requestId: string,
): Promise<Answer> {
  const body = await xml({
    [`${action}Response`]: {
      '@xmlns': namespace,
      [`${action}Result`]: output,
      ResponseMetadata: { RequestId: requestId },
    },
  });
  return { status: 200, contentType: 'text/xml', body };
}

async function xml(tree: object): Promise<string> {
  const { default: XMLBuilder } = await import('fast-xml-builder');
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`;
}
