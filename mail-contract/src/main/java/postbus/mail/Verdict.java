package postbus.mail;

import java.util.List;

/** Policy's judgement of a mail's content. */
public sealed interface Verdict {

  /**
   * The mail may pass.
   *
   * @param edits header fields that tell what the checks found, and those of the client's that must
   *     not pass for ours
   * @param suspect whether its sender is told of no failure later: it may not have been he
   */
  record Accept(HeaderEdits edits, boolean suspect) implements Verdict {

    /** With these edits, and nothing against its sender. */
    public Accept(HeaderEdits edits) {
      this(edits, false);
    }

    /** With these fields on top. */
    public Accept(List<HeaderField> fields) {
      this(fields, false);
    }

    /** With these fields on top. */
    public Accept(List<HeaderField> fields, boolean suspect) {
      this(new HeaderEdits(fields, List.of()), suspect);
    }

    /** The header fields to add. */
    public List<HeaderField> fields() {
      return edits.added();
    }

    /** The mail as it goes on. */
    public Envelope applied(Envelope envelope) {
      Envelope told = envelope.edited(edits);
      return suspect ? told.suspected() : told;
    }
  }

  /**
   * The mail is taken, and held back until an operator has looked at it. Nobody is told.
   *
   * @param reason why, for operators
   * @param edits header fields that tell what the checks found, and those of the client's that must
   *     not pass for ours
   */
  record Quarantine(String reason, HeaderEdits edits) implements Verdict {
    public Quarantine {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("a quarantine without a reason");
      }
    }

    /** With these fields on top. */
    public Quarantine(String reason, List<HeaderField> fields) {
      this(reason, new HeaderEdits(fields, List.of()));
    }

    /** The header fields to add. */
    public List<HeaderField> fields() {
      return edits.added();
    }

    /** The mail as it is held back: what policy mistrusts is never bounced, released or not. */
    public Envelope applied(Envelope envelope) {
      return envelope.edited(edits).suspected();
    }
  }

  /** The client is to hear this 4yz or 5yz reply, and keeps the mail. */
  record Refuse(SmtpReply reply) implements Verdict {
    public Refuse {
      if (reply.code() < 400) {
        throw new IllegalArgumentException("not a refusal: " + reply);
      }
    }
  }
}
