export {
  ALERT_KINDS,
  alertForCode,
  openAlerts,
  raiseAlert,
  resolveAlerts,
  type AlertKind,
  type OpenAlert,
} from './alerts.ts';
