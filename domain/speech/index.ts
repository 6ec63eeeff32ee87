export { textsOfSources, type LineSource, type TextsOf } from './texts.ts';
export { dropUnused, keepRendered, missingTexts, readRendered, textHash, type RenderedLine } from './store.ts';
export { scheduleSpeech, SPEECH_RENDER } from './schedule.ts';
