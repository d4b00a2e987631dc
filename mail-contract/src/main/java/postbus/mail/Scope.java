package postbus.mail;

/** What a failure says something about, and so what to retry and whom to slow down. */
public enum Scope {
  /** This recipient alone. */
  RECIPIENT,
  /** This mail, whoever receives it. */
  MAIL,
  /** Every mail for this site. */
  SITE,
  /** This connection alone; another one may do. */
  SESSION,
  /** Our own store of contents: no server's fault and no mail's, so no attempt counts. */
  STORE
}
