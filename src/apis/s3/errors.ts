import { AwsError } from '../../model/aws-error.ts';

/** S3's errors with their statuses and words. Source: S3 API reference, error responses; LocalStack's recordings of S3. */
const error =
  (code: string, status: number, message: string) =>
  (members: Record<string, unknown> = {}): AwsError =>
    new AwsError(code, message, { status, members });

export const noSuchBucket = (bucket: string): AwsError =>
  error('NoSuchBucket', 404, 'The specified bucket does not exist')({ BucketName: bucket });
export const noSuchKey = (key: string): AwsError =>
  error('NoSuchKey', 404, 'The specified key does not exist.')({ Key: key });
export const noSuchVersion = (version: string): AwsError =>
  error('NoSuchVersion', 404, 'The specified version does not exist.')({ VersionId: version });
export const noSuchUpload = (id: string): AwsError =>
  error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  )({ UploadId: id });
export const bucketNotEmpty = (bucket: string): AwsError =>
  error('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty')({ BucketName: bucket });
export const bucketAlreadyOwned = (bucket: string): AwsError =>
  error(
    'BucketAlreadyOwnedByYou',
    409,
    'Your previous request to create the named bucket succeeded and you already own it.',
  )({ BucketName: bucket });
export const bucketAlreadyExists = (bucket: string): AwsError =>
  error(
    'BucketAlreadyExists',
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  )({ BucketName: bucket });
export const invalidBucketName = (bucket: string): AwsError =>
  error('InvalidBucketName', 400, 'The specified bucket is not valid.')({ BucketName: bucket });
export const invalidLocation = (location: string): AwsError =>
  error(
    'InvalidLocationConstraint',
    400,
    'The specified location-constraint is not valid',
  )({ LocationConstraint: location });
export const keyTooLong = error('KeyTooLongError', 400, 'Your key is too long');
export const preconditionFailed = (condition: string): AwsError =>
  error(
    'PreconditionFailed',
    412,
    'At least one of the pre-conditions you specified did not hold',
  )({ Condition: condition });
export const invalidRange = (asked: string, size: number): AwsError =>
  error(
    'InvalidRange',
    416,
    'The requested range is not satisfiable',
  )({
    RangeRequested: asked,
    ActualObjectSize: size,
  });
export const missingBody = error('MissingRequestBodyError', 400, 'Request Body is empty');
export const malformedPolicy = error(
  'MalformedPolicy',
  400,
  "Policies must be valid JSON and the first byte must be '{'",
);
export const invalidPart = error(
  'InvalidPart',
  400,
  "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
);
export const invalidPartOrder = error(
  'InvalidPartOrder',
  400,
  'The list of parts was not in ascending order. Parts must be ordered by part number.',
);
export const entityTooSmall = error(
  'EntityTooSmall',
  400,
  'Your proposed upload is smaller than the minimum allowed size',
);
export const malformedXml = error(
  'MalformedXML',
  400,
  'The XML you provided was not well-formed or did not validate against our published schema',
);
export const invalidArgument = (message: string, name: string, value: string): AwsError =>
  error('InvalidArgument', 400, message)({ ArgumentName: name, ArgumentValue: value });
export const invalidRequest = (message: string): AwsError => error('InvalidRequest', 400, message)();
export const badDigest = (what: string): AwsError =>
  error('BadDigest', 400, `The ${what} you specified did not match the calculated checksum.`)();
export const invalidDigest = error('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
export const wrongSha256 = error(
  'XAmzContentSHA256Mismatch',
  400,
  "The provided 'x-amz-content-sha256' header does not match what was computed.",
);
export const incompleteBody = error(
  'IncompleteBody',
  400,
  'You did not provide the number of bytes specified by the Content-Length HTTP header',
);
export const missingContentLength = error(
  'MissingContentLength',
  411,
  'You must provide the Content-Length HTTP header.',
);
export const notImplemented = (what: string): AwsError =>
  error(
    'NotImplemented',
    501,
    `A header or query you provided implies functionality that is not implemented: ${what}`,
  )();
