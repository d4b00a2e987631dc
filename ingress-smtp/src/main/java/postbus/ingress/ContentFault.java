package postbus.ingress;

import postbus.mail.SmtpReply;

/** Why a content is refused; where there are several reasons, the first of this list. */
enum ContentFault {
  NUL(Replies.NUL_CHARACTER),
  BARE_LINE_END(Replies.BARE_LINE_END),
  LINE_TOO_LONG(Replies.CONTENT_LINE_TOO_LONG),
  TOO_MANY_HOPS(Replies.TOO_MANY_HOPS),
  HEADER_TOO_BIG(Replies.HEADER_TOO_BIG),
  TOO_BIG(Replies.CONTENT_TOO_BIG);

  private final SmtpReply reply;

  ContentFault(SmtpReply reply) {
    this.reply = reply;
  }

  SmtpReply reply() {
    return reply;
  }
}
