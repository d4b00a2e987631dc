package postbus.ingress;

/** Whose turn it is in a session, and to do what. */
enum Turn {
  /** Ours, to greet. */
  GREETING,
  /** The client's, to say a command. */
  COMMAND,
  /** Both's, to shake hands for TLS. */
  TLS,
  /** The site's, to say whether somebody may send with an address. */
  SENDER_ANSWER,
  /** Policy's, to say whether a recipient may be used. */
  RECIPIENT_ANSWER,
  /** The client's, to answer a challenge. */
  RESPONSE,
  /** Somebody else's, to say who the client is. */
  LOGIN_ANSWER,
  /** The client's, to send a content to its final dot. */
  CONTENT,
  /** The client's, to send the octets of a chunk. */
  CHUNK,
  /** The client's, to send the octets of a chunk that was refused. */
  SKIPPED_CHUNK,
  /** The intake's, to say what becomes of a mail. */
  SUBMISSION,
  /** Nobody's: the session has ended. */
  OVER;

  /** Whose turn it is when this has been done. */
  static Turn after(Step step) {
    return switch (step) {
      case Step.Say(var _, boolean close) -> close ? OVER : COMMAND;
      case Step.AskSender _ -> SENDER_ANSWER;
      case Step.AskRecipient _ -> RECIPIENT_ANSWER;
      case Step.Challenge _ -> RESPONSE;
      case Step.AskLogin _ -> LOGIN_ANSWER;
      case Step.BeginContent _ -> CONTENT;
      case Step.ReadChunk _ -> CHUNK;
      case Step.SkipChunk _ -> SKIPPED_CHUNK;
      case Step.Submit _ -> SUBMISSION;
      case Step.StartTls _ -> TLS;
      case Step.Restart _ -> OVER;
    };
  }
}
