/** What the documentation gives receivers to paste: plain Node.js, no library. A test runs it against real signatures. */
export const VERIFY_SIGNATURE = `import { createHmac, timingSafeEqual } from 'node:crypto';

// rawBody: the body as it came, before JSON.parse. secret: whsec_… of the destination.
export function isGenuine(headers, rawBody, secret) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\${rawBody}\`).digest();
  return headers['webhook-signature'].split(' ').some((signature) => {
    const given = Buffer.from(signature.replace('v1,', ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
`;
