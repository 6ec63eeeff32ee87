import { lexicon } from './phrases.ts';
import { type Clause, isMarkedQuestion, splitClauses } from './tokenise.ts';
import { PERSON_FILLERS, PERSON_REQUESTS, ROBOT_QUESTIONS, TARGETS, WEAK_TARGETS } from './words/people.ts';

const people = lexicon({
  target: TARGETS,
  weakTarget: WEAK_TARGETS,
  request: PERSON_REQUESTS,
  filler: PERSON_FILLERS,
});
const robotQuestions = lexicon({ robot: ROBOT_QUESTIONS });

/** Whether the caller asks to be put through to a person: «נציג», «תעבירי אותי למישהו». Accepts any string. */
export function wantsHuman(text: string): boolean {
  return splitClauses(text).some(asksForPerson);
}

/** Whether the caller asks if they talk to a machine; the answer has to be truthful. Accepts any string. */
export function asksIfRobot(text: string): boolean {
  return splitClauses(text).some((clause) => robotQuestions.cover(clause.words) !== null);
}

/** From its first word on a clause must be the request: «דיברתי עם נציג» and «אין צורך בנציג» are none. */
function asksForPerson(clause: Clause): boolean {
  let isRequested = false;
  for (let index = 0; index < clause.words.length;) {
    const found = people.at(clause.words, index);
    if (found === null) return false;
    index += found.length;
    if (found.category === 'request') isRequested = true;
    if (found.category === 'target' || found.category === 'weakTarget') {
      const isRest = people.cover(clause.words, index) !== null;
      if (isRequested) return found.category === 'target' || isRest;
      return found.category === 'target' && isRest && !isMarkedQuestion(clause);
    }
  }
  return false;
}
