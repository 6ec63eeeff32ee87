import type { z } from 'zod';
import type { Flag } from '../businesses/flags.ts';
import type { Action } from '../users/permissions.ts';
import type { ExportRequest, Field, FinishedCall, SecretField, SettingsTab } from '../../voice/plugin.ts';

/** Settings of one owner, a plugin or a part of the core: a call plugin fits as it is. */
export interface SettingsSource {
  readonly name: string;
  /** Every key with a default, so that `{}` parses. */
  readonly settings: z.ZodObject<z.ZodRawShape>;
  readonly card: { readonly tab: SettingsTab; readonly title: string; readonly help?: string };
  readonly fields: Readonly<Record<string, Field>>;
  readonly secrets?: Readonly<Record<string, SecretField>>;
  /** What one needs leave for to change these; others see them alone. Default: whoever may change settings. */
  readonly changedBy?: Action;
  /** A business that has it not may switch none of these on. Default: open to all. */
  readonly flag?: Flag;
  /** What a test of these settings sends; see the plugins' contract. */
  testExport?(call: FinishedCall, settings: unknown): ExportRequest | null;
}

/** The settings of a business: JSON name → value. */
export type Settings = Readonly<Record<string, unknown>>;

/** One setting. */
export interface SettingEntry {
  readonly key: string;
  /** Name of the source it belongs to. */
  readonly source: string;
  readonly schema: z.ZodType;
  readonly field: Field;
  /** True when it is a column of `business_settings`; else it lives in its JSON column `plugin_settings`. */
  readonly column: boolean;
  /** What one needs leave for to change it. */
  readonly changedBy: Action;
  /** What a business must have for it to be switched on; null: nothing. */
  readonly flag: Flag | null;
  readonly defaultValue: unknown;
}

/** A secret that a card asks for. */
export interface SecretEntry {
  readonly key: string;
  /** Under which the business's secret is kept. */
  readonly name: string;
  readonly field: SecretField;
}

/** A card of the settings page: its entries in the order of their fields. */
export interface SettingsCard {
  readonly name: string;
  readonly tab: SettingsTab;
  readonly title: string;
  readonly help?: string;
  readonly entries: readonly SettingEntry[];
  readonly secrets: readonly SecretEntry[];
  /** What a test sends for a made-up call under these settings of the business. Null: nowhere to send it. */
  readonly testExport?: (call: FinishedCall, settings: Settings) => ExportRequest | null;
}

/** Everything known about settings, made once by a composition root. */
export interface SettingsRegistry {
  readonly entries: ReadonlyMap<string, SettingEntry>;
  /** Plugins' cards first, in the order of the plugins, then the core's. */
  readonly cards: readonly SettingsCard[];
  readonly defaults: Settings;
}
