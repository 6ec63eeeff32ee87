export {
  ALERT_KINDS,
  alertForCode,
  MODEL_ALERTS,
  openAlerts,
  putAwayAlert,
  raiseAlert,
  raiseAlertIn,
  resolveAlerts,
  resolveAlertsIn,
  type AlertKind,
  type OpenAlert,
} from './alerts.ts';
