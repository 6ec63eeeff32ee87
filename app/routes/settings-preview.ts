import type { ActionFunctionArgs } from '@remix-run/node';
import { readSettings } from '../../domain/settings/index.ts';
import { wavOf } from '../../domain/speech/wav.ts';
import { AppError, isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { requirePerson } from '../session.server.ts';

/** What a voice says where there is no text of its own to hear. */
const SAMPLE = 'שלום, נעים מאוד. איך אפשר לעזור לך היום?';
/** Characters that are rendered; longer texts are spoken by the model when they are due. */
const LONGEST = 600;

/** Speaks one text of the settings as typed, in the voice as chosen: a WAV file. What is wrong is told in plain text. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  const { businessId } = await requirePerson(request, context, 'settings.write');
  const form = await receiveForm(request, context);
  try {
    const settings = await readSettings(context.db, businessId, context.registry);
    const field = context.registry.entries.get(formText(form, '_hear'));
    const spoken = field?.field.control === 'textarea' && field.field.spoken === true;
    const text = spoken ? formText(form, field.key).replaceAll('\r\n', '\n').trim() : SAMPLE;
    if (text === '' || text.length > LONGEST) throw new AppError('speech_text_unfit', { permanent: true });
    const chosen = context.registry.entries.get('voice')?.schema.safeParse(formText(form, 'voice'));
    const voice = chosen?.success === true ? String(chosen.data) : String(settings['voice']);
    const sound = await context.hear(businessId, text, voice);
    return new Response(wavOf(sound), {
      headers: {
        'Content-Type': 'audio/wav',
        'Content-Disposition': 'inline; filename="prosaas-preview.wav"',
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    return new Response(errorText(error.code), {
      status: statusOf(error.code),
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    });
  }
}

/** There is nothing to look at here. */
export const loader = () => new Response(null, { status: 405, headers: { Allow: 'POST' } });
