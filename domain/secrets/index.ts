export { clearSecret, listSecrets, readSecret, setSecret, type SecretFacts } from './secrets.ts';
export { headerProblem, secretHeaders } from './headers.ts';
export { rotateSecrets, SEALED_COLUMNS, type Rotated, type SealedColumn } from './rotate.ts';
