/** A signed-in person at the other end of HTTP, as a browser without JavaScript is. */
export interface Visitor {
  readonly cookie: string;
  get(path: string): Promise<Response>;
  /** Posts a form from one of our own pages, unless `headers` say otherwise. Redirects are not followed. */
  post(path: string, form: Record<string, string | string[]>, headers?: Record<string, string>): Promise<Response>;
}

/** The form as a browser sends it. */
function encode(form: Record<string, string | string[]>): URLSearchParams {
  const pairs = Object.entries(form).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return new URLSearchParams(pairs);
}

/** Posts a form the way our own page would. Redirects are not followed. */
export function postForm(
  url: string,
  path: string,
  form: Record<string, string | string[]>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: url, ...headers },
    body: encode(form),
  });
}

/** Signs in and keeps the cookie. `origin`: of the pages, where they go by another address than `url`. */
export async function signInOverHttp(url: string, email: string, password: string, origin = url): Promise<Visitor> {
  const response = await postForm(url, '/sign-in', { email, password }, { Origin: origin });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (response.status !== 302 || cookie === undefined) throw new Error(`Sign-in answered ${response.status}`);
  return {
    cookie,
    get: (path) => fetch(`${url}${path}`, { redirect: 'manual', headers: { Cookie: cookie } }),
    post: (path, form, headers = {}) => postForm(url, path, form, { Cookie: cookie, Origin: origin, ...headers }),
  };
}
