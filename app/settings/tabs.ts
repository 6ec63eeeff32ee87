import { can, type Action, type Role } from '../../domain/users/permissions.ts';

/** A tab of the settings. */
export interface SettingsTabPlace {
  readonly to: string;
  readonly text: string;
  /** Who may not do this does not see the tab. */
  readonly action: Action;
  /** Pages that are reached from this one and stand under its tab. */
  readonly also?: readonly string[];
}

/** Every tab of the settings, in order. A new tab adds its row here together with its route. */
export const SETTINGS_TABS: readonly SettingsTabPlace[] = [
  { to: '/settings/business', text: 'עסק', action: 'settings.read' },
  { to: '/settings/ai', text: 'AI ושיחות', action: 'settings.read' },
  { to: '/settings/integrations', text: 'אינטגרציות', action: 'settings.read', also: ['/settings/tokens'] },
  { to: '/settings/numbers', text: 'מספרי טלפון', action: 'numbers.read' },
  { to: '/settings/users', text: 'משתמשים', action: 'members.read' },
  { to: '/settings/security', text: 'אבטחה', action: 'security.read' },
];

/** The tabs a role may open, in order. */
export function settingsTabsOf(role: Role): readonly SettingsTabPlace[] {
  return SETTINGS_TABS.filter(({ action }) => can(role, action));
}
