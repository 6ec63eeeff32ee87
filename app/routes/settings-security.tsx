import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { requireSecondFactorOf, readAdministration } from '../../domain/businesses/index.ts';
import { can } from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { RequireSecondFactorCard } from '../components/require-second-factor-card.tsx';
import { RetentionCard } from '../components/retention-card.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { loadRetention, saveRetention } from '../settings/retention.server.ts';
import { redirectSaying } from '../toast.server.ts';

export const meta: MetaFunction = () => [{ title: 'אבטחה · הגדרות · ProSaaS' }];

// Each card is a component with a form of its own, told apart by the hidden field `form`.

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role, user } = await requirePerson(request, context, 'security.read');
  const administration = await readAdministration(context.db, businessId);
  if (administration === null) throw pageError('business_not_found', 404);
  return {
    retention: await loadRetention(context, businessId, role),
    requireSecondFactor: administration.requireSecondFactor,
    hasSecondFactor: user.hasSecondFactor,
    mayChange: { rule: can(role, 'security.write'), retention: can(role, 'retention.write') },
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const person = await requirePerson(request, context, 'security.write');
  const { businessId, actor } = person;
  const form = await receiveForm(request, context);
  const kind = formText(form, 'form');
  try {
    switch (kind) {
      case 'second_factor':
        await requireSecondFactorOf(context.db, businessId, formText(form, 'require_second_factor') !== '', actor);
        break;
      case 'retention': {
        const failure = await saveRetention(context, person, form);
        if (failure !== null) return failure;
        break;
      }
      default:
        throw new AppError('not_found', { permanent: true });
    }
    return redirectSaying(context, '/settings/security', 'ההגדרות נשמרו.');
  } catch (error) {
    return formFailure(error, kind);
  }
}

export default function Security() {
  const { requireSecondFactor, hasSecondFactor, retention, mayChange } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  return (
    <div className="space-y-6">
      <RequireSecondFactorCard
        required={requireSecondFactor}
        hasSecondFactor={hasSecondFactor}
        mayChange={mayChange.rule}
        failure={failure}
      />
      <RetentionCard {...retention} mayChange={mayChange.retention} failure={failure} />
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
