import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT_SID, AUTH_TOKEN, type Telephone } from '../telephone.ts';

/** Twilio's REST API on loopback, as far as a call that is being played needs it. */
export interface RestServer {
  readonly url: string;
  close(): Promise<void>;
}

const CREDENTIALS = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;

/** Serves the hang-up of the call that is being played; any other request is one for a call that does not exist. */
export async function startRestServer(telephoneOfCall: () => Telephone | null): Promise<RestServer> {
  const http = createServer((request, response) => {
    request.resume();
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const telephone = telephoneOfCall();
    if (request.headers.authorization !== CREDENTIALS) return answer(401, { code: 20003, message: 'Authenticate' });
    const path = `/2010-04-01/Accounts/${ACCOUNT_SID}/Calls/${telephone?.sid ?? ''}.json`;
    if (telephone === null || request.method !== 'POST' || request.url !== path)
      return answer(404, { code: 20404, message: 'The requested resource was not found' });
    return void telephone.hangUpRequest().then((reply) => {
      if (reply === null) request.socket.destroy();
      else answer(reply.status, reply.body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
