package postbus.log;

import postbus.mail.Verdict;

/**
 * May this content pass? Answered by policy-service: over Kafka between processes, by a call in
 * standalone.
 */
public interface ContentPolicy {

  /** Blocks for as long as the checks' own time limits allow. A mail may be asked about again. */
  Verdict judge(Mail mail);
}
