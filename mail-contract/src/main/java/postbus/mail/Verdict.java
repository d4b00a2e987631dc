package postbus.mail;

import java.util.List;

/** Policy's judgement of a mail's content. */
public sealed interface Verdict {

  /**
   * The mail may pass.
   *
   * @param fields header fields that tell what the checks found
   */
  record Accept(List<HeaderField> fields) implements Verdict {
    public Accept {
      fields = List.copyOf(fields);
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
