package postbus.mail;

import java.util.List;

/** Policy's judgement of a mail's content. */
public sealed interface Verdict {

  /**
   * The mail may pass.
   *
   * @param fields header fields that tell what the checks found
   * @param suspect whether its sender is told of no failure later: it may not have been he
   */
  record Accept(List<HeaderField> fields, boolean suspect) implements Verdict {
    public Accept {
      fields = List.copyOf(fields);
    }

    public Accept(List<HeaderField> fields) {
      this(fields, false);
    }

    /** The mail as it goes on. */
    public Envelope applied(Envelope envelope) {
      Envelope told = envelope.adding(fields);
      return suspect ? told.suspected() : told;
    }
  }

  /**
   * The mail is taken, and held back until an operator has looked at it. Nobody is told.
   *
   * @param reason why, for operators
   * @param fields header fields that tell what the checks found
   */
  record Quarantine(String reason, List<HeaderField> fields) implements Verdict {
    public Quarantine {
      if (reason.isBlank()) {
        throw new IllegalArgumentException("a quarantine without a reason");
      }
      fields = List.copyOf(fields);
    }

    /** The mail as it is held back: what policy mistrusts is never bounced, released or not. */
    public Envelope applied(Envelope envelope) {
      return envelope.adding(fields).suspected();
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
