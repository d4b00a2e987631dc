package postbus.smtp;

import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;
import postbus.mail.Cause;
import postbus.mail.Outcome.Deferred;
import postbus.mail.Scope;
import postbus.mail.SmtpReply;
import postbus.smtp.Trouble.Step;

/**
 * Opens connections: to the first of several servers that greets, and in TLS where that works. A
 * server whose handshake fails is asked once more in clear, since the alternative to opportunistic
 * TLS is none at all.
 */
public final class SmtpConnector {
  /** Addresses that one attempt tries at most, so that a long list of dead ones ends. */
  public static final int ADDRESSES_MAX = 5;

  private static final Logger LOG = Logger.getLogger(SmtpConnector.class);

  private final Caller caller;
  private final SmtpWaits waits;

  public SmtpConnector(Caller caller, SmtpWaits waits) {
    this.caller = caller;
    this.waits = waits;
  }

  /** What an attempt to connect led to. */
  public sealed interface Opened {
    /** Ready for MAIL. */
    record Connected(SmtpConnection connection) implements Opened {}

    /** No server would talk: the site is deferred. */
    record Failed(Deferred outcome) implements Opened {}
  }

  /**
   * Tries the servers in turn, at most {@value #ADDRESSES_MAX} of those that the source address can
   * reach, and says what the last one said if none will do.
   */
  public Opened open(List<Server> servers) {
    Opened last =
        new Opened.Failed(
            new Deferred(
                Scope.SITE,
                Cause.ours("CONNECT", 451, "4.4.4", "no address that we can connect to")));
    int tried = 0;
    for (Server server : servers) {
      if (!isReachable(server)) {
        continue;
      }
      last = greet(server, caller.startTls());
      if (last instanceof Opened.Connected || ++tried == ADDRESSES_MAX) {
        break;
      }
    }
    return last;
  }

  /** IPv4 from an IPv4 address, IPv6 from an IPv6 address. */
  private boolean isReachable(Server server) {
    return caller.source().isAnyLocalAddress()
        || server.address().getAddress().length == caller.source().getAddress().length;
  }

  private Opened greet(Server server, boolean startTls) {
    Wire wire;
    try {
      wire = Wire.connect(caller, server, waits.connect());
    } catch (IOException e) {
      String why = e.getMessage() == null ? "cannot connect" : e.getMessage();
      return new Opened.Failed(Trouble.noConnection(Step.CONNECT, server, why));
    }
    Opened opened = new Opened.Failed(Trouble.noConnection(Step.GREETING, server, "no greeting"));
    try {
      opened = introduce(wire, startTls);
    } catch (TlsFailed e) {
      wire.close();
      LOG.debugf("%s: no TLS, trying in clear: %s", server, e.getMessage());
      return greet(server, false);
    } catch (IOException e) {
      opened = new Opened.Failed(Trouble.noConnection(Step.GREETING, server, wire.explain(e)));
    } finally {
      if (opened instanceof Opened.Failed) {
        wire.close();
      }
    }
    return opened;
  }

  private Opened introduce(Wire wire, boolean startTls) throws IOException {
    SmtpReply greeting = wire.reply(waits.greeting());
    if (!Trouble.agrees(Step.GREETING, greeting)) {
      return refused(Step.GREETING, greeting, wire);
    }
    SmtpReply hello = hello(wire);
    if (!Trouble.agrees(Step.EHLO, hello)) {
      return refused(Step.EHLO, hello, wire);
    }
    if (startTls && Extensions.of(hello).startTls() && secure(wire)) {
      hello = hello(wire);
      if (!Trouble.agrees(Step.EHLO, hello)) {
        return refused(Step.EHLO, hello, wire);
      }
    }
    return new Opened.Connected(new SmtpConnection(wire, Extensions.of(hello), waits));
  }

  private static Opened refused(Step step, SmtpReply reply, Wire wire) {
    return new Opened.Failed(
        new Deferred(Scope.SITE, Trouble.outcome(step, reply, wire.server()).why()));
  }

  /** EHLO; HELO for a server that does not know it (RFC 5321, section 3.2). */
  private SmtpReply hello(Wire wire) throws IOException {
    wire.write("EHLO " + caller.helo());
    SmtpReply reply = wire.reply(waits.greeting());
    if (!reply.isPermanent()) {
      return reply;
    }
    wire.write("HELO " + caller.helo());
    SmtpReply helo = wire.reply(waits.greeting());
    return helo.isPositive() ? SmtpReply.of(helo.code(), helo.lines().getFirst()) : helo;
  }

  /** Whether TLS is on now; a server that refuses STARTTLS politely goes on in clear. */
  private boolean secure(Wire wire) throws IOException {
    wire.write("STARTTLS");
    if (!wire.reply(waits.greeting()).isPositive()) {
      return false;
    }
    try {
      wire.secure(waits.greeting());
      return true;
    } catch (IOException e) {
      throw new TlsFailed(wire.explain(e));
    }
  }

  private static final class TlsFailed extends IOException {
    TlsFailed(String why) {
      super(why);
    }
  }
}
