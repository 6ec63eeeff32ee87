import { afterAll, beforeAll, expect, test } from 'vitest';
import { invite, linkToken, requestReset, revokeInvitation } from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Letter } from '../../platform/mail.ts';
import { mailInvitation, mailPasswordReset } from '../../worker/mail.ts';
import { aBusiness, APP_SECRET } from '../domain/fixtures.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext } from './fixtures.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A worker with a post office that keeps every letter. */
function aPostOffice() {
  const letters: Letter[] = [];
  const { context } = aContext(database.db, { mail: async (letter) => void letters.push(letter) });
  return { letters, context };
}

const invited = (email: string) => ({ email, name: 'דנה', role: 'agent' });
const options = () => ({ db: database.db, appSecret: APP_SECRET, byMail: true });

test('an invitation is sent with its link, and the job was told nothing but ids', async () => {
  const { businessId } = await aBusiness(database.db);
  const id = await invite(options(), businessId, invited('dana@example.test'), TEST_ACTOR);
  const rows = await database.db.withBusiness(businessId, (tx) =>
    tx.outbox.findMany({ where: { job: 'mail-invitation' } }),
  );
  expect(rows.map(({ payload }) => payload)).toEqual([{ businessId, invitationId: id }]);
  const { letters, context } = aPostOffice();
  await mailInvitation(context, { businessId, invitationId: id });
  expect(letters).toHaveLength(1);
  expect(letters[0]?.to).toBe('dana@example.test');
  const link = `https://calls.example.test/invitation/${linkToken(APP_SECRET, 'invitation', id)}`;
  expect(letters[0]?.text).toContain(`\n${link}\n`);
});

test('an invitation that was taken back, or is another business’s, is not sent', async () => {
  const { businessId } = await aBusiness(database.db);
  const other = await aBusiness(database.db);
  const id = await invite(options(), businessId, invited('gone@example.test'), TEST_ACTOR);
  const { letters, context } = aPostOffice();
  await mailInvitation(context, { businessId: other.businessId, invitationId: id });
  await revokeInvitation(database.db, businessId, id, TEST_ACTOR);
  await mailInvitation(context, { businessId, invitationId: id });
  expect(letters).toEqual([]);
});

test('a link for a new password goes to who has the address, and to nobody where nobody has it', async () => {
  const { email } = await aBusiness(database.db);
  const { letters, context } = aPostOffice();
  for (const asked of [email, 'nobody@example.test']) {
    const resetId = await requestReset(database.db, APP_SECRET, { email: asked, countedAddress: '192.0.2.1' });
    await mailPasswordReset(context, { resetId });
  }
  expect(letters.map(({ to }) => to)).toEqual([email]);
  expect(letters[0]?.text).toContain('https://calls.example.test/reset-password/');
});

test('a post office that is away is tried again', async () => {
  const { businessId } = await aBusiness(database.db);
  const id = await invite(options(), businessId, invited('later@example.test'), TEST_ACTOR);
  const { context } = aContext(database.db, { mail: () => Promise.reject(new AppError('mail_failed')) });
  await expect(mailInvitation(context, { businessId, invitationId: id })).rejects.toMatchObject({ permanent: false });
});
