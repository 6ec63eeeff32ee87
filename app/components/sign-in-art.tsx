/** Heights of a voice on the line, as parts of the whole. */
const VOICE = [18, 34, 56, 40, 72, 92, 64, 38, 24, 46, 78, 58, 30, 16, 28, 50, 84, 62, 36, 20, 12];

/** The promise of the product beside the sign-in form; on a small screen only its sentence. */
export function SignInArt() {
  return (
    <div className="mt-6 lg:mt-0">
      <svg viewBox="0 0 420 100" aria-hidden="true" className="mb-10 hidden w-full text-rail-mark lg:block">
        <g stroke="currentColor" strokeWidth="8" strokeLinecap="round">
          {VOICE.map((height, index) => (
            <path
              key={index}
              d={`M${10 + index * 20} ${50 - height / 2}v${height}`}
              opacity={index % 3 === 0 ? 1 : 0.55}
            />
          ))}
        </g>
      </svg>
      <p className="max-w-md text-xl leading-snug font-semibold lg:text-3xl">כל שיחה נענית. כל ליד נשמר.</p>
      <p className="mt-2 max-w-md text-rail-muted lg:mt-4 lg:text-lg">
        הסוכן הקולי שלכם עונה בעברית, אוסף את הפרטים ומעביר אותם אליכם.
      </p>
    </div>
  );
}
