import type { ActionFunctionArgs } from '@remix-run/node';
import { heldRows, noteExport, subjectOf } from '../../domain/privacy/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { paced } from '../paced.server.ts';
import { subjectArchive } from '../privacy/archive.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

/** Nothing is handed out by a mere link: the number would stand in it. */
export const loader = () => {
  throw pageError('method_not_allowed', 405);
};

/** Everything that is held about a number, as one archive. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'privacy.read');
  const form = await receiveForm(request, context);
  try {
    const subject = subjectOf(businessId, formText(form, 'phone'));
    const held = await heldRows(context.db, subject);
    await noteExport(context.db, subject, actor, context.config.appSecret);
    return new Response(paced(subjectArchive(held, context.blobs), context), {
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="personal-data-${subject.phone.slice(-2)}.zip"`,
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (isAppError(error) && error.code === 'phone_invalid') throw pageError('phone_invalid', 422);
    throw error;
  }
}
