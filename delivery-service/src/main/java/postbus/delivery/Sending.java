package postbus.delivery;

import java.util.List;
import java.util.function.BooleanSupplier;
import postbus.content.DkimKey;
import postbus.content.DkimSigner;
import postbus.content.DkimSigners;
import postbus.content.Form;
import postbus.content.InvalidDkimKey;
import postbus.content.OutgoingContent;
import postbus.content.Source;
import postbus.log.Bounces;
import postbus.log.Mail;
import postbus.mail.Envelope;
import postbus.mail.NextHop;
import postbus.mail.Outcome;
import postbus.process.PoolMeters;
import postbus.site.DeliveryLimits;
import postbus.site.LiveFile;
import postbus.site.SigningKey;
import postbus.site.Site;
import postbus.site.TlsRule;
import postbus.smtp.Caller;
import postbus.smtp.Content;
import postbus.smtp.Sent;
import postbus.smtp.Sent.Result;
import postbus.smtp.Server;
import postbus.smtp.SmtpConnection;
import postbus.smtp.SmtpConnector;
import postbus.smtp.SmtpConnector.Opened;
import postbus.smtp.SmtpWaits;
import postbus.smtp.TlsWanted;
import postbus.smtp.Transaction;

/** How the mails of a pool leave: from its addresses, under its name, with its habits. */
final class Sending {
  private final SmtpConnector connector;
  private final DeliveryLimits limits;
  private final boolean isInClear;
  private final NextHops nextHops;
  private final Bounces.Contents contents;
  private final List<LiveFile<DkimSigner>> signers;
  private final PoolMeters meters;

  /** What an attempt to connect led to. */
  sealed interface Connected {
    /** Ready for the mail. */
    record To(KeptConnection connection) implements Connected {}

    /** It belongs to another site by now, and was not tried. */
    record Moved() implements Connected {}

    /** None: what that means for the mail. */
    record Nowhere(Outcome outcome) implements Connected {}
  }

  /**
   * Reads the keys that the pool signs with; a change of their files counts for the next mail.
   *
   * @throws IllegalArgumentException if one is no key
   */
  Sending(Site.Pool pool, DeliveryLimits limits, NextHops nextHops, Bounces.Contents contents) {
    this.nextHops = nextHops;
    this.contents = contents;
    this.limits = limits;
    this.isInClear = pool.tls() == Site.Tls.NEVER;
    this.signers = pool.dkim().stream().map(Sending::signer).toList();
    this.meters = new PoolMeters(pool.name());
    Caller caller = new Caller(pool.sources(), pool.helo(), !isInClear);
    this.connector = new SmtpConnector(caller, waits(limits)).timedBy(meters);
  }

  private static LiveFile<DkimSigner> signer(SigningKey key) {
    return new LiveFile<>(
        key.file(),
        file -> {
          try {
            return new DkimSigner(key.domain(), key.selector(), DkimKey.read(file));
          } catch (InvalidDkimKey e) {
            throw new IllegalArgumentException(e.mistake(), e);
          }
        });
  }

  private static SmtpWaits waits(DeliveryLimits limits) {
    return new SmtpWaits(
        limits.connectWait(),
        limits.greetingWait(),
        limits.commandWait(),
        limits.dataWait(),
        limits.blockWait(),
        limits.finalDotWait());
  }

  /**
   * Blocks for at most the time limits of DNS and of a connection, for a few servers.
   *
   * @param isAsFound of a mail that has moved: see {@link NextHops#of}
   */
  Connected connect(Envelope envelope, boolean isAsFound) {
    return switch (nextHops.of(envelope, isAsFound)) {
      case NextHops.Found.Moved() -> new Connected.Moved();
      case NextHops.Found.Nowhere(Outcome outcome) -> nowhere(outcome);
      case NextHops.Found.Servers(List<Server> servers, NextHop leadsTo) ->
          switch (connector.open(servers, tls(envelope))) {
            case Opened.Failed(var outcome) -> nowhere(outcome);
            case Opened.Connected(SmtpConnection opened) -> {
              meters.sessionBegan();
              yield new Connected.To(new KeptConnection(opened, leadsTo));
            }
          };
    };
  }

  private Connected nowhere(Outcome outcome) {
    meters.notConnected();
    meters.ended(outcome);
    return new Connected.Nowhere(outcome);
  }

  /** Sends a mail; see {@link SmtpConnection#send}. */
  Sent send(KeptConnection connection, Mail mail, BooleanSupplier beforeFinalDot) {
    meters.attempted();
    Sent sent = connection.smtp().send(transaction(mail), beforeFinalDot);
    if (sent instanceof Sent.Ended(List<Result> results, var _)) {
      results.forEach(result -> meters.ended(result.outcome()));
      if (results.stream().anyMatch(result -> result.outcome() instanceof Outcome.Delivered)) {
        meters.sent(mail.envelope().body().size());
      }
    }
    return sent;
  }

  /** Takes leave of a server; takes two seconds at most. */
  void disconnect(KeptConnection connection) {
    connection.smtp().quit();
    meters.sessionEnded();
  }

  /**
   * How the mail is to travel: as its sender demands, else by the rule of the domain, else as the
   * pool does. All recipients of a mail in a lane have domains of the same rule.
   */
  TlsWanted tls(Envelope envelope) {
    if (envelope.parameters().requireTls()) {
      return TlsWanted.REQUIRETLS;
    }
    String domain = envelope.recipients().getFirst().address().domain();
    TlsRule rule =
        limits.tlsRules().getOrDefault(domain, isInClear ? TlsRule.NEVER : TlsRule.OPPORTUNISTIC);
    return switch (rule) {
      case NEVER -> TlsWanted.NEVER;
      case OPPORTUNISTIC -> isInClear ? TlsWanted.NEVER : TlsWanted.OPPORTUNISTIC;
      case REQUIRED -> TlsWanted.REQUIRED;
      case VERIFIED -> TlsWanted.VERIFIED;
    };
  }

  private Transaction transaction(Mail mail) {
    Envelope envelope = mail.envelope();
    DkimSigners now = new DkimSigners(signers.stream().map(LiveFile::value).toList());
    OutgoingContent content = new OutgoingContent(envelope.edits(), source(mail), now);
    return new Transaction(
        envelope.reversePath(),
        envelope.recipients(),
        envelope.body(),
        envelope.parameters(),
        eightBit -> form(content.as(eightBit)));
  }

  /** What the record holds is read where it is. */
  private Source source(Mail mail) {
    return mail.envelope().body().stored().isPresent()
        ? () -> contents.open(mail)
        : Source.of(mail.content());
  }

  private static Content.Form form(Form form) {
    return switch (form) {
      case Form.Ready(long size, Source source, boolean eightBit) ->
          new Content.Ready(size, source::open, eightBit);
      case Form.Unfit(String why) -> new Content.Unfit(why);
    };
  }
}
