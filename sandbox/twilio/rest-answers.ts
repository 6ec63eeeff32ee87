/** An answer of the REST server. */
export interface RestAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RestAnswer {
  return { status, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

/** Twilio's error object. */
export function restError(status: number, code: number, message: string): RestAnswer {
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

/** 404 with code 20404. */
export function notFound(path: string): RestAnswer {
  return restError(404, 20404, `The requested resource ${path} was not found`);
}

/** 401 with code 20003. */
export function unauthorized(): RestAnswer {
  const answer = restError(401, 20003, 'Authenticate');
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': 'Basic realm="Twilio API"' } };
}
