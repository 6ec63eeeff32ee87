import { randomUUID } from 'node:crypto';
import { openCall } from '../../../domain/calls/index.ts';
import { type Entry, open, plumbing, signed, stream } from '../entry.ts';
import type { Estate } from '../estate.ts';
import type { House } from '../../helpers/house.ts';

const sid = () => `CA${randomUUID().replaceAll('-', '')}`;

/** A call that rings. */
async function aRingingCall({ db }: House, { number }: Estate): Promise<{ callSid: string }> {
  const callSid = sid();
  const form = { callSid, accountSid: 'AC1', from: '+972501234567', to: number, direction: 'inbound' } as const;
  await openCall(db, { current: 'a-secret-of-thirty-two-characters!!' }, form);
  return { callSid };
}

/** What Express serves by itself, besides the pages and the API of Remix, in the order of its stack. */
export const EXPRESS: readonly Entry[] = [
  plumbing('USE / query', 'Express reads the query'),
  plumbing('USE / expressInit', 'Express prepares the request'),
  plumbing('USE / issueNonce', 'a nonce for the answer'),
  plumbing('USE / safeHeaders', 'security headers'),
  plumbing('USE / unknownRequests', 'refuses methods nobody offers'),
  open('GET /healthz', 'says that the process lives'),
  open('GET /readyz', 'says that the database answers'),
  open('GET /metrics', 'figures of the process; the proxy keeps it from the public'),

  plumbing('USE /webhook unsignedWebhooks', 'reads the form and checks its signature'),
  signed('POST /webhook/incoming_call', {
    make: async (_house, { number }) => ({ callSid: sid(), number }),
    ask: ({ callSid = '', number = '' }) => ({
      path: '/webhook/incoming_call',
      form: { CallSid: callSid, AccountSid: 'AC1', From: '+972501234567', To: number },
    }),
    changes: ['calls', 'stream_tokens'],
  }),
  signed('POST /webhook/call_status', {
    make: aRingingCall,
    ask: ({ callSid = '' }) => ({
      path: '/webhook/call_status',
      form: { CallSid: callSid, CallStatus: 'completed' },
    }),
    changes: ['calls'],
  }),
  signed('POST /webhook/stream_status', {
    make: aRingingCall,
    ask: ({ callSid = '' }) => ({ path: '/webhook/stream_status', form: { CallSid: callSid, StreamEvent: 'stopped' } }),
  }),
  signed('POST /webhook/stream_ended', {
    make: aRingingCall,
    ask: ({ callSid = '' }) => ({ path: '/webhook/stream_ended', form: { CallSid: callSid } }),
  }),
  signed('POST /webhook/recording_status', {
    make: async (house, of) => {
      const call = await aRingingCall(house, of);
      await house.db.withBusiness(of.businessId, async (tx) => {
        const { id: callId } = await tx.call.findUniqueOrThrow({ where: { callSid: call.callSid } });
        await tx.recording.create({ data: { businessId: of.businessId, callId } });
      });
      return { ...call, recordingSid: `RE${randomUUID().replaceAll('-', '')}` };
    },
    ask: ({ callSid = '', recordingSid = '' }) => ({
      path: '/webhook/recording_status',
      form: { CallSid: callSid, RecordingSid: recordingSid, RecordingStatus: 'completed' },
    }),
    changes: ['recordings', 'outbox'],
  }),
  plumbing('USE /webhook unknownWebhooks', 'says that there is no such webhook'),

  plumbing('USE / longBodies', 'refuses bodies that are too long'),
  plumbing('USE / unreadableAddresses', 'refuses what is no address'),
  plumbing('USE /api crossOrigin', 'says whose pages may read the answer'),
  stream('ALL /api/events'),
  plumbing('USE / foreignForms', 'refuses forms of other sites'),
  plumbing('USE /assets serveStatic', 'files of the build'),
  plumbing('USE / serveStatic', 'files of the build'),
  plumbing('ALL /*', 'hands over to the pages, of which each has an entry'),
  plumbing('USE / unhandledErrors', 'answers errors'),
];
