import { type DatabaseRecorder, databaseRecorder, type RecorderOptions } from './recorder.ts';

/** The recorders of this process's calls, until all they were told is written. */
export class Recorders {
  readonly #writing = new Set<DatabaseRecorder>();

  open(options: RecorderOptions): DatabaseRecorder {
    const recorder = databaseRecorder({
      ...options,
      onSaved: (kind) => {
        options.onSaved(kind);
        // The last thing that is written; handing the job to the queue follows it.
        if (kind === 'settled') void recorder.idle().then(() => this.#writing.delete(recorder));
      },
    });
    this.#writing.add(recorder);
    return recorder;
  }

  /** Resolves when nothing that was told waits to be written. */
  async idle(): Promise<void> {
    await Promise.all([...this.#writing].map((recorder) => recorder.idle()));
  }
}
