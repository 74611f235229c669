/** What the framework and the sockets complain of, as refusals with our codes. */

import { type Refused, refused } from './refused.ts';

const CODES: Readonly<Record<string, Refused>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: refused('body_too_large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: refused('media_type_unsupported'),
  FST_ERR_CTP_EMPTY_TYPE: refused('media_type_unsupported'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: refused('malformed_request', {
    field: 'content-length',
    expected: 'the length of the body',
    got: 'another',
  }),
  FST_ERR_BAD_URL: refused('malformed_request', {
    field: 'path',
    expected: 'a path with sound escapes',
    got: 'another',
  }),
  FST_ERR_MAX_PARAM_LENGTH: refused('malformed_request', {
    field: 'path',
    expected: 'parts of at most 128 characters',
    got: 'a longer one',
  }),
  HPE_HEADER_OVERFLOW: refused('headers_too_large'),
  ERR_HTTP_REQUEST_TIMEOUT: refused('request_timeout'),
};

/** Nothing for a fault that is ours. */
export function refusalOfError(error: unknown): Refused | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}
