import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getCallBySid } from '../../../domain/calls/index.ts';
import { leadsOfCalls, saveLeadDetails } from '../../../domain/leads/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const leadsOf = (businessId: string) =>
  test.db.withBusiness(businessId, (tx) => tx.lead.findMany({ orderBy: { createdAt: 'asc' } }));

it('collects what one call tells, a few details at a time, under the number of the caller', async () => {
  const business = await aBusiness(test.db);
  const { callId, callSid } = await aCall(test.db, business);
  const save = (fields: Record<string, string | null>) =>
    saveLeadDetails(test.db, business.businessId, callId, { phone: null, fields });
  const { leadId } = await save({ name: ' דנה כהן ', topic: '' });
  expect(await save({ topic: 'טיפול שורש', name: null })).toEqual({
    leadId,
    fields: { name: 'דנה כהן', topic: 'טיפול שורש' },
    taken: { topic: 'טיפול שורש' },
  });
  expect((await getCallBySid(test.db, business.businessId, callSid))?.lead).toEqual({
    leadId,
    phone: '+972541234567',
    name: 'דנה כהן',
    fields: { name: 'דנה כהן', topic: 'טיפול שורש' },
  });
});

it('knows a caller who rings again', async () => {
  const business = await aBusiness(test.db);
  const first = await aCall(test.db, business);
  const second = await aCall(test.db, business);
  const one = await saveLeadDetails(test.db, business.businessId, first.callId, {
    phone: null,
    fields: { name: 'דנה' },
  });
  const two = await saveLeadDetails(test.db, business.businessId, second.callId, {
    phone: '054-123-4567',
    fields: { phone: '054-123-4567', topic: 'תור' },
  });
  expect(two).toMatchObject({ leadId: one.leadId, fields: { name: 'דנה', phone: '+972541234567', topic: 'תור' } });
});

it('takes a lead along when the number is corrected, leaving no half one behind', async () => {
  const business = await aBusiness(test.db);
  const { callId } = await aCall(test.db, business);
  await saveLeadDetails(test.db, business.businessId, callId, { phone: null, fields: { name: 'דנה' } });
  const moved = await saveLeadDetails(test.db, business.businessId, callId, {
    phone: '0529876543',
    fields: { topic: 'תור' },
  });
  expect(moved.fields).toEqual({ name: 'דנה', topic: 'תור', phone: '+972529876543' });
  expect(await leadsOf(business.businessId)).toMatchObject([{ phone: '+972529876543', name: 'דנה' }]);
  // Without a new number the corrected one stays.
  await saveLeadDetails(test.db, business.businessId, callId, { phone: null, fields: { city: 'חיפה' } });
  expect(await leadsOf(business.businessId)).toMatchObject([{ phone: '+972529876543' }]);
});

it('does not take half a number for one', async () => {
  const business = await aBusiness(test.db);
  const { callId } = await aCall(test.db, business);
  for (const phone of ['052', '0521234', 'שלוש', '1234567890123456789', '05212345']) {
    const saved = await saveLeadDetails(test.db, business.businessId, callId, {
      phone,
      fields: { name: 'דנה', phone },
    });
    expect(saved.fields).toEqual({ name: 'דנה' });
  }
  expect(await leadsOf(business.businessId)).toMatchObject([{ phone: '+972541234567' }]);
});

it('leaves a lead of earlier calls alone when this caller wants to be rung elsewhere', async () => {
  const business = await aBusiness(test.db);
  const earlier = await aCall(test.db, business);
  await saveLeadDetails(test.db, business.businessId, earlier.callId, { phone: null, fields: { name: 'דנה' } });
  const now = await aCall(test.db, business);
  await saveLeadDetails(test.db, business.businessId, now.callId, { phone: null, fields: { topic: 'תור' } });
  await saveLeadDetails(test.db, business.businessId, now.callId, { phone: '0529876543', fields: { name: 'אבי' } });
  expect(await leadsOf(business.businessId)).toMatchObject([
    { phone: '+972541234567', name: 'דנה' },
    { phone: '+972529876543', name: 'אבי' },
  ]);
});

it('does not take all callers without a number for one person', async () => {
  const business = await aBusiness(test.db);
  const [one, two] = [
    await aCall(test.db, business, new Date(), 'anonymous'),
    await aCall(test.db, business, new Date(), 'Anonymous'),
  ];
  for (const { callId } of [one, two]) {
    await saveLeadDetails(test.db, business.businessId, callId, { phone: 'לא רוצה', fields: { name: 'פלוני' } });
  }
  expect((await leadsOf(business.businessId)).map((lead) => lead.phone)).toEqual([
    `unknown-${one.callId}`,
    `unknown-${two.callId}`,
  ]);
});

it('loses nothing when details of one call arrive at the same moment', async () => {
  const business = await aBusiness(test.db);
  const { callId } = await aCall(test.db, business);
  const details = [{ name: 'דנה' }, { topic: 'תור' }, { city: 'חיפה' }, { time: 'בוקר' }];
  await Promise.all(
    details.map((fields) => saveLeadDetails(test.db, business.businessId, callId, { phone: null, fields })),
  );
  expect((await leadsOf(business.businessId)).map((lead) => lead.fields)).toEqual([Object.assign({}, ...details)]);
});

it('writes nothing for a call of another business', async () => {
  const { callId } = await aCall(test.db, await aBusiness(test.db));
  const stranger = await aBusiness(test.db);
  for (const id of [callId, randomUUID()]) {
    const saved = saveLeadDetails(test.db, stranger.businessId, id, { phone: null, fields: { name: 'x' } });
    await expect(saved).rejects.toMatchObject({ code: 'call_not_found' });
  }
  expect(await leadsOf(stranger.businessId)).toEqual([]);
});

it('makes no lead of nothing', async () => {
  const business = await aBusiness(test.db);
  const { callId } = await aCall(test.db, business);
  const saved = await saveLeadDetails(test.db, business.businessId, callId, { phone: null, fields: { name: ' ' } });
  expect(saved).toEqual({ leadId: null, fields: {}, taken: {} });
  expect(await leadsOf(business.businessId)).toEqual([]);
});

it('keeps a whole number of a range that is not known yet', async () => {
  const business = await aBusiness(test.db);
  const { callId } = await aCall(test.db, business);
  const saved = await saveLeadDetails(test.db, business.businessId, callId, { phone: '0101234567', fields: {} });
  expect(saved.fields['phone']).toBeDefined();
});

describe('leadsOfCalls', () => {
  it('does not take what a caller said in an earlier call for said in this one', async () => {
    const business = await aBusiness(test.db);
    const leads = leadsOfCalls(test.db);
    const ids = async () => ({ businessId: business.businessId, callId: (await aCall(test.db, business)).callId });
    const [first, second] = [await ids(), await ids()];
    await leads.save(first, { name: 'דנה', phone: '0541234567', topic: 'תור' });
    expect(await leads.save(second, {})).toEqual({});
    expect(await leads.save(second, { topic: 'חיוב' })).toEqual({ topic: 'חיוב' });
    expect(await leads.save(second, { phone: '052' })).toEqual({ topic: 'חיוב' });
    expect(await leads.save(second, { phone: '0541234567' })).toEqual({ topic: 'חיוב', phone: '0541234567' });
    expect(await leads.save(first, {})).toEqual({ name: 'דנה', phone: '0541234567', topic: 'תור' });
    expect(await leadsOf(business.businessId)).toMatchObject([{ fields: { name: 'דנה', topic: 'חיוב' } }]);
  });

  it('a known caller who wants to be rung on another number leaves a lead with all that was said', async () => {
    const business = await aBusiness(test.db);
    const leads = leadsOfCalls(test.db);
    const ids = async () => ({ businessId: business.businessId, callId: (await aCall(test.db, business)).callId });
    const [first, second] = [await ids(), await ids()];
    await leads.save(first, { topic: 'חיוב' });
    await leads.save(second, { topic: 'תור' });
    await leads.save(second, { name: 'דנה', phone: '0521112233' });
    const made = (await leadsOf(business.businessId)).find(({ phone }) => phone === '+972521112233');
    expect(made?.fields).toEqual({ topic: 'תור', name: 'דנה', phone: '+972521112233' });
  });

  it('goes on where another process left off', async () => {
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business);
    const call = { businessId: business.businessId, callId };
    await leadsOfCalls(test.db).save(call, { name: 'דנה' });
    expect(await leadsOfCalls(test.db).save(call, { topic: 'תור' })).toEqual({ name: 'דנה', topic: 'תור' });
  });

  it('loses nothing that is said at the same moment', async () => {
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business);
    const call = { businessId: business.businessId, callId };
    const leads = leadsOfCalls(test.db);
    await Promise.all([leads.save(call, { name: 'דנה' }), leads.save(call, { topic: 'תור' })]);
    expect(await leads.save(call, {})).toEqual({ name: 'דנה', topic: 'תור' });
  });
});
