package postbus.imap;

import java.time.Duration;
import java.util.List;
import postbus.content.DkimSigners;
import postbus.content.Form;
import postbus.content.OutgoingContent;
import postbus.content.Source;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.log.Taken;
import postbus.mail.Cause;
import postbus.mail.EmailAddress;
import postbus.mail.Envelope;
import postbus.mail.MailParameters;
import postbus.mail.Outcome;
import postbus.mail.Recipient;
import postbus.mail.Scope;
import postbus.smtp.Content;
import postbus.smtp.Sent;
import postbus.smtp.Sent.Result;
import postbus.smtp.Transaction;

/**
 * Hands mails to a server by LMTP, such as Dovecot. The recipients of a transaction, as many as
 * {@link Sharing} lets share it, are written one mailbox after another, and the server answers when
 * it is done with all. So that a mailbox that hangs is in nobody's way, mailboxes, and mails to
 * several of them, have a bounded number of sessions each ({@link Places}).
 */
final class LmtpWay implements MailboxWay {
  private static final Outcome AWAY =
      new Outcome.Deferred(
          Scope.SITE, Cause.ours("CONNECT", 451, "4.4.1", "the mailboxes' server is away"));

  private final LmtpSessions sessions;
  private final Places places;
  private final Bounces.Contents contents;
  private final Suspects suspects = new Suspects();
  private final Sharing sharing;

  /**
   * @param places as many as there may be sessions
   * @param recipientsMax of one transaction
   */
  LmtpWay(LmtpSessions sessions, Places places, int recipientsMax, Bounces.Contents contents) {
    this.sessions = sessions;
    this.places = places;
    this.sharing = new Sharing(suspects, recipientsMax);
    this.contents = contents;
  }

  @Override
  public boolean deliver(Taken taken, Ending ending) {
    Envelope envelope = taken.mail().envelope();
    List<Recipient> all = envelope.recipients().stream().map(LmtpWay::named).toList();
    List<List<Recipient>> parts = sharing.parts(all, envelope.attempts());
    if (parts.size() > 1) {
      var _ = ending.end(List.of(), parts);
      return true;
    }
    if (!sessions.isWorthTrying()) {
      return end(ending, all, AWAY);
    }
    return switch (all.size() == 1
        ? places.enter(all.getFirst().address())
        : places.enterSeveral()) {
      case Places.Entry.Busy busy -> {
        var _ = ending.end(all.stream().map(each -> Tried.busy(each, busy)).toList(), List.of());
        yield true;
      }
      case Places.Place place -> {
        try (place) {
          yield deliver(taken, all, ending);
        }
      }
    };
  }

  private boolean deliver(Taken taken, List<Recipient> recipients, Ending ending) {
    while (true) {
      switch (sessions.take()) {
        case LmtpSessions.Taken.None(Outcome outcome) -> {
          return end(ending, recipients, outcome);
        }
        case LmtpSessions.Taken.Session(LmtpSession session) -> {
          switch (send(session, taken, recipients)) {
            case Sent.Stale(boolean isSilent) -> {
              sessions.end(session);
              if (isSilent) {
                sessions.failed(AWAY);
                return end(ending, recipients, AWAY);
              }
            }
            case Sent.Abandoned() -> {
              sessions.end(session);
              return false;
            }
            case Sent.Ended(List<Result> results, List<Recipient> untried) -> {
              sessions.judge(session, results);
              end(session, results, untried, ending);
              return true;
            }
          }
        }
      }
    }
  }

  private Sent send(LmtpSession session, Taken taken, List<Recipient> recipients) {
    try {
      sessions.meters().attempted();
      Sent sent = session.send(transaction(taken.mail(), recipients), taken);
      if (sent instanceof Sent.Ended(List<Result> results, var _)) {
        results.forEach(each -> sessions.meters().ended(each.outcome()));
        if (results.stream().anyMatch(each -> each.outcome() instanceof Outcome.Delivered)) {
          sessions.meters().sent(taken.mail().envelope().body().size());
        }
      }
      return sent;
    } catch (RuntimeException | Error e) {
      sessions.end(session);
      throw e;
    }
  }

  private void end(
      LmtpSession session, List<Result> results, List<Recipient> untried, Ending ending) {
    List<Tried> tried =
        results.stream().map(each -> new Tried(each.recipient(), each.outcome())).toList();
    suspects.note(tried);
    boolean isHandedOn = false;
    try {
      session.ended(ending.end(tried, untried.isEmpty() ? List.of() : List.of(untried)));
      isHandedOn = true;
    } finally {
      if (isHandedOn) {
        sessions.giveBack(session);
      } else {
        sessions.end(session);
      }
    }
  }

  /**
   * Of the parameters none is the server's business: it makes no reports, and is no further hop
   * that had to promise anything.
   */
  private Transaction transaction(Mail mail, List<Recipient> recipients) {
    Envelope envelope = mail.envelope();
    OutgoingContent content = new OutgoingContent(envelope.edits(), source(mail), DkimSigners.NONE);
    return new Transaction(
        envelope.reversePath(),
        recipients,
        envelope.body(),
        MailParameters.NONE,
        _ -> {
          Form.Ready ready = content.forMailboxes();
          return new Content.Ready(ready.size(), ready.source()::open, ready.eightBit());
        });
  }

  /** What the record holds is read where it is. */
  private Source source(Mail mail) {
    return mail.envelope().body().stored().isPresent()
        ? () -> contents.open(mail)
        : Source.of(mail.content());
  }

  /** As Dovecot knows him: by the whole address, in lower case. */
  private static Recipient named(Recipient recipient) {
    EmailAddress address = recipient.address();
    String lower = EmailAddress.lowerCase(address.localPart());
    return recipient.redirectedTo(new EmailAddress(lower, address.domain()));
  }

  private static boolean end(Ending ending, List<Recipient> recipients, Outcome outcome) {
    var _ =
        ending.end(recipients.stream().map(each -> new Tried(each, outcome)).toList(), List.of());
    return true;
  }

  @Override
  public void stop(Duration wait) {
    sessions.close();
  }
}
