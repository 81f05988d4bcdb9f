import type { AwsError } from '../model/aws-error.ts';
import { toEc2Tree, toXmlTree } from './query-form.ts';
import { isForm } from './route.ts';
import type { RequestHeaders } from './security.ts';

/** An answer ready to be sent. */
export type Answer = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * The form in which a client reads answers: awsJson's two versions, the JSON of REST services, the XML of Query, of
 * EC2 and of S3, or CBOR.
 */
export type AnswerForm =
  | 'application/x-amz-json-1.0'
  | 'application/x-amz-json-1.1'
  | 'application/json'
  | 'query'
  | 'ec2'
  | 's3'
  | 'cbor';

/** REST services that answer in S3's XML, and in Query's. All others answer in JSON. */
const S3_FORM = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);
const QUERY_FORM = new Set(['route53', 'cloudfront']);

/**
 * The form in which a client will read an error, told from the head alone: the body may never come. `service`: of the
 * credential scope.
 */
export function answerForm(
  method: string,
  headers: RequestHeaders,
  query: URLSearchParams,
  service: string | undefined,
): AnswerForm {
  const contentType = String(headers['content-type'] ?? '');
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' || contentType.startsWith('application/cbor')) {
    return 'cbor';
  }
  if (contentType.startsWith('application/x-amz-json-1.0')) return 'application/x-amz-json-1.0';
  if (headers['x-amz-target'] !== undefined || contentType.startsWith('application/x-amz-json')) {
    return 'application/x-amz-json-1.1';
  }
  if (isForm(method, headers, query)) return service === 'ec2' ? 'ec2' : 'query';
  if (service === undefined) return contentType.includes('json') ? 'application/json' : 's3';
  if (QUERY_FORM.has(service)) return 'query';
  return S3_FORM.has(service) ? 's3' : 'application/json';
}

/** An error in a client's form. Source: for awsJson, captures of ECS: `__type` without a namespace, `message`. */
export async function errorAnswer(error: AwsError, form: AnswerForm, requestId: string): Promise<Answer> {
  const { code, message, members } = error;
  // Source: AWS's models, `httpError` of AccessDeniedException.
  const status = code === 'AccessDeniedException' ? 403 : error.status;
  const Code = { Code: code, Message: message };
  switch (form) {
    case 'query': {
      const Error = { Type: status >= 500 ? 'Receiver' : 'Sender', ...Code };
      const body = await xml({ ErrorResponse: { Error, RequestId: requestId } });
      return { status, contentType: 'text/xml', body };
    }
    case 'ec2': {
      const body = await xml({ Response: { Errors: { Error: Code }, RequestID: requestId } });
      return { status, contentType: 'text/xml', body };
    }
    case 's3': {
      const body = await xml({ Error: { ...Code, ...members, RequestId: requestId } });
      return { status, contentType: 'application/xml', body };
    }
    case 'cbor': {
      const body = cborMap({ __type: code, message });
      return { status, contentType: 'application/cbor', body, headers: { 'smithy-protocol': 'rpc-v2-cbor' } };
    }
    case 'application/json': {
      const body = JSON.stringify({ __type: code, ...members, message });
      return { status, contentType: form, body, headers: { 'x-amzn-errortype': code } };
    }
    case 'application/x-amz-json-1.0':
    case 'application/x-amz-json-1.1':
      return { status, contentType: form, body: JSON.stringify({ __type: code, ...members, message }) };
  }
}

/** `<ActionResponse><ActionResult>…` of the Query protocol; EC2 has no element of the result around it. */
export async function queryAnswer(
  action: string,
  output: unknown,
  { xmlNamespace, dialect }: { readonly xmlNamespace: string; readonly dialect?: 'ec2' },
  requestId: string,
): Promise<Answer> {
  const result = dialect
    ? { requestId, ...(toEc2Tree(output) as object) }
    : { [`${action}Result`]: toXmlTree(output), ResponseMetadata: { RequestId: requestId } };
  const body = await xml({ [`${action}Response`]: { '@xmlns': xmlNamespace, ...result } });
  return { status: 200, contentType: 'text/xml', body };
}

/** What XML 1.0 has no form for, not even escaped. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

/** A tree as XML: members that begin with `@` are attributes, lists are elements of one name. */
export async function xml(tree: object): Promise<string> {
  const { default: XMLBuilder } = await import('fast-xml-builder');
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(tree)}`;
  // Readers of XML make a line feed of a carriage return, unless it is escaped.
  return text.replaceAll(NOT_IN_XML, '\ufffd').replaceAll('\r', '&#13;');
}

/** A map of texts in CBOR (RFC 8949): major type 5 with its size, then keys and values of major type 3. */
function cborMap(texts: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(texts);
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat().map(cborText)]);
}

function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([cborHead(3, bytes.length), bytes]);
}

/** A major type with its length, always in the four-byte form. */
function cborHead(majorType: number, length: number): Buffer {
  const head = Buffer.from([(majorType << 5) | 26, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 1);
  return head;
}
