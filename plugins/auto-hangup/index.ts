import { definePlugin } from '../../voice/plugin.ts';
import { autoHangupHooks } from './hooks.ts';
import { leadInstructions } from './instructions.ts';
import { type LeadsPort, saveLeadDetails } from './lead-tool.ts';
import { autoHangupFields, autoHangupSettings } from './settings.ts';

export type { LeadsPort } from './lead-tool.ts';

/** The services this plugin needs. */
export interface AutoHangupPorts {
  readonly leads: LeadsPort;
}

/**
 * Collects the caller's details and ends the call by itself: once they are captured and confirmed, or once caller
 * or agent has said goodbye. Details are collected in any case; each way of ending has its switch, off by default.
 */
export const autoHangup = definePlugin({
  name: 'auto-hangup',
  settings: autoHangupSettings,
  card: {
    tab: 'ai',
    title: 'סיום שיחה',
    help: 'מתי הסוכן מנתק בעצמו, ואילו פרטים עליו לקבל לפני כן.',
  },
  fields: autoHangupFields,
  instructions: leadInstructions,
  tools: ({ leads }: AutoHangupPorts) => [saveLeadDetails(leads)],
  call: autoHangupHooks,
});
