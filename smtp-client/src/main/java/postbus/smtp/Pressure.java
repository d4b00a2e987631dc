package postbus.smtp;

/** What an outcome tells the site's sessions to do; the mail's own fate is in the outcome. */
public enum Pressure {
  /** Nothing: it says nothing about the site. */
  NONE,
  /** Less at once. If that is one session already, or none is open: as CLOSE. */
  EASE_OFF,
  /** Nothing more for a while. If other sessions are still served well: as EASE_OFF. */
  CLOSE
}
