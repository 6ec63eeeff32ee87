export { readDashboard, type Dashboard, type DayFigures } from './read.ts';
