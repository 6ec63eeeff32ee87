import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { asSuperuserOf } from '../helpers/superuser.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = ['app', 'domain', 'server', 'worker'];

/**
 * What is audited and done at no door of the web process, and by whom instead. A form that can ask for several things
 * is one door: by what is audited it is noticed when one of them has no entry.
 */
export const DEEDS_ELSEWHERE: Readonly<Record<string, string>> = {
  'lead.filled': 'the job that reads a finished call',
  'retention.purged': 'the job that purges',
  'secret.cleared': 'whatever keeps one: test/domain/secrets',
  'secret.replaced': 'whatever keeps one: test/domain/secrets',
  'secret.rotated': 'the command line',
  'secret.set': 'whatever keeps one: test/domain/secrets',
  // Each needs a password, a code or a link besides the session, and is the person's alone: test/domain/users.
  'account.password_changed': 'the person, who knows the password',
  'account.password_reset': 'whoever holds the link',
  'account.recovery_code_used': 'the person, who holds the code',
  'account.recovery_codes_renewed': 'the person, who knows the password',
  'account.second_factor_off': 'the person, who knows the password',
  'account.second_factor_on': 'the person, who has the first code',
  'account.signed_out_everywhere': 'the person, whose sessions are gone then',
  'account.system_admin_made': 'the command line',
  'business.acting_ended': 'who acts as a business: test/app/people.test.ts',
  'member.joined': 'whoever holds the link',
};

/** Every name under which the product's own code writes an entry of the audit log. */
export async function auditedDeeds(): Promise<string[]> {
  const deeds = new Set<string>();
  for (const folder of FOLDERS) {
    const names = await readdir(`${ROOT}/${folder}`, { recursive: true });
    for (const name of names.filter((one) => /\.tsx?$/u.test(one))) {
      const source = await readFile(`${ROOT}/${folder}/${name}`, 'utf8');
      if (!/\baudit\(/u.test(source)) continue;
      for (const [, deed = ''] of source.matchAll(/action:[^,;]*?['`]([a-z_]+\.[a-z_]+)['`]/gu)) deeds.add(deed);
      for (const [, deed = ''] of source.matchAll(
        /action:[^,;]*?\? ?['`][a-z_.]+['`]\s*: ?['`]([a-z_]+\.[a-z_]+)['`]/gu,
      ))
        deeds.add(deed);
    }
  }
  return [...deeds].sort();
}

/** What has been done so far in this database. */
export function deedsDone(databaseUrl: string): Promise<Set<string>> {
  return asSuperuserOf(databaseUrl, async (client) => {
    const { rows } = await client.query<{ action: string }>('SELECT DISTINCT action FROM audit_entries');
    return new Set(rows.map(({ action }) => action));
  });
}
