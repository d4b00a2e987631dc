package postbus.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import postbus.mail.Outcome;
import postbus.mail.SmtpReply;
import postbus.smtp.ReplyTimes.Awaited;

/**
 * Opens connections: to the first of several servers that greets, and talks TLS as it is wanted.
 * Where TLS is merely welcome, a server whose handshake fails is asked once more in clear: the
 * alternative to opportunistic TLS is none at all. Threads may share it.
 */
public final class SmtpConnector {
  /** Addresses that one attempt tries at most, so that a long list of dead ones ends. */
  public static final int ADDRESSES_MAX = 5;

  private static final Logger LOG = Logger.getLogger(SmtpConnector.class);

  private final Caller caller;
  private final SmtpWaits waits;
  private final Handshake handshake;
  private final ReplyTimes times;
  private final AtomicInteger turn = new AtomicInteger();

  /** Trusts the certificates that the Java platform trusts, where any are asked for. */
  public SmtpConnector(Caller caller, SmtpWaits waits) {
    this(caller, waits, new Handshake(), ReplyTimes.UNTOLD);
  }

  /**
   * @param trusted certificates that servers may have, or that vouch for theirs, instead of those
   *     that the Java platform trusts
   */
  public SmtpConnector(Caller caller, SmtpWaits waits, KeyStore trusted) {
    this(caller, waits, new Handshake(trusted), ReplyTimes.UNTOLD);
  }

  private SmtpConnector(Caller caller, SmtpWaits waits, Handshake handshake, ReplyTimes times) {
    this.caller = caller;
    this.waits = waits;
    this.handshake = handshake;
    this.times = times;
  }

  /** The same, that tells somebody how long servers take to reply. */
  public SmtpConnector timedBy(ReplyTimes told) {
    return new SmtpConnector(caller, waits, handshake, told);
  }

  /** What an attempt to connect led to. */
  public sealed interface Opened {
    /** Ready for MAIL. */
    record Connected(SmtpConnection connection) implements Opened {}

    /**
     * No server would talk, or none as it is wanted: the site is deferred if none talks at all, the
     * mail deferred (4.7.4, 4.7.5) or bounced (5.7.30) for want of TLS.
     */
    record Failed(Outcome outcome) implements Opened {}
  }

  /** In TLS where the caller uses it and the server offers it. */
  public Opened open(List<Server> servers) {
    return open(servers, TlsWanted.OPPORTUNISTIC);
  }

  /**
   * Tries the servers in turn, at most {@value #ADDRESSES_MAX} of those that a source address can
   * reach, and says what the last one said if none will do. Blocks for as long as the waits allow.
   */
  public Opened open(List<Server> servers, TlsWanted wanted) {
    boolean isClear = wanted == TlsWanted.OPPORTUNISTIC && !caller.startTls();
    Outcome failure = null;
    int tried = 0;
    for (Server server : servers) {
      List<InetAddress> sources = caller.sourcesFor(server);
      if (sources.isEmpty()) {
        continue;
      }
      InetAddress source = sources.get(Math.floorMod(turn.getAndIncrement(), sources.size()));
      switch (greet(source, server, isClear ? TlsWanted.NEVER : wanted)) {
        case Opened.Connected connected -> {
          return connected;
        }
        case Opened.Failed(Outcome outcome) ->
            failure = failure == null ? outcome : Trouble.ofTwo(failure, outcome);
      }
      if (++tried == ADDRESSES_MAX) {
        break;
      }
    }
    return new Opened.Failed(failure == null ? Trouble.unreachable() : failure);
  }

  private Opened greet(InetAddress source, Server server, TlsWanted wanted) {
    Wire wire;
    try {
      wire = Wire.connect(source, server, waits.connect(), times);
    } catch (IOException e) {
      String why = e.getMessage() == null ? "cannot connect" : e.getMessage();
      return new Opened.Failed(Trouble.noConnection(Step.CONNECT, server.toString(), why));
    }
    Opened opened =
        new Opened.Failed(Trouble.noConnection(Step.GREETING, server.toString(), "no greeting"));
    try {
      opened = introduce(wire, wanted);
    } catch (HandshakeFailed e) {
      wire.close();
      if (wanted == TlsWanted.OPPORTUNISTIC) {
        LOG.debugf("%s: no TLS, trying in clear: %s", server, e.getMessage());
        return greet(source, server, TlsWanted.NEVER);
      }
      String why = " cannot do it: " + e.getMessage();
      return new Opened.Failed(Trouble.noTls("4.7.5", server, why));
    } catch (IOException e) {
      opened =
          new Opened.Failed(
              Trouble.noConnection(Step.GREETING, server.toString(), wire.explain(e)));
    } finally {
      if (opened instanceof Opened.Failed) {
        wire.close();
      }
    }
    return opened;
  }

  private Opened introduce(Wire wire, TlsWanted wanted) throws IOException {
    SmtpReply greeting = wire.reply(Awaited.GREETING, waits.greeting());
    if (!Trouble.agrees(Step.GREETING, greeting)) {
      return refused(Step.GREETING, greeting, wire);
    }
    SmtpReply hello = hello(wire);
    if (wanted != TlsWanted.NEVER
        && Trouble.agrees(Step.EHLO, hello)
        && Extensions.of(hello).startTls()) {
      hello = startTls(wire, hello, wanted.isVerified());
    }
    if (!Trouble.agrees(Step.EHLO, hello)) {
      return refused(Step.EHLO, hello, wire);
    }
    SmtpConnection connection =
        new SmtpConnection(Protocol.SMTP, wire, Extensions.of(hello), waits);
    if (connection.satisfies(wanted)) {
      return new Opened.Connected(connection);
    }
    connection.quit();
    Peer server = wire.peer();
    return new Opened.Failed(
        wire.isTls()
            ? Trouble.cannotTake("5.7.30", server, " does not offer REQUIRETLS")
            : Trouble.noTls("4.7.4", server, " does not offer it"));
  }

  private static Opened refused(Step step, SmtpReply reply, Wire wire) {
    return new Opened.Failed(Trouble.outcome(step, reply, wire.peer()));
  }

  /** EHLO; HELO for a server that does not know it (RFC 5321, section 3.2). */
  private SmtpReply hello(Wire wire) throws IOException {
    wire.write("EHLO " + caller.helo());
    SmtpReply reply = wire.reply(Awaited.HELLO, waits.greeting());
    if (!reply.isPermanent()) {
      return reply;
    }
    wire.write("HELO " + caller.helo());
    SmtpReply helo = wire.reply(Awaited.HELLO, waits.greeting());
    return helo.isPositive() ? SmtpReply.of(helo.code(), helo.lines().getFirst()) : helo;
  }

  /**
   * The reply to EHLO that counts from now on: the one in TLS, or the former one where the server
   * refuses TLS politely and goes on in clear. A server may refuse our side of the handshake only
   * when we took it for done (TLS 1.3), so the first reply belongs to it.
   */
  private SmtpReply startTls(Wire wire, SmtpReply hello, boolean verified) throws IOException {
    wire.write("STARTTLS");
    SmtpReply reply = wire.reply(Awaited.HELLO, waits.greeting());
    if (!reply.isPositive()) {
      return Trouble.endsSession(Step.EHLO, reply) ? reply : hello;
    }
    try {
      wire.secure(handshake, verified, waits.greeting());
      return hello(wire);
    } catch (IOException | RuntimeException e) {
      // A peer's certificate may meet a flaw of the TLS library: the same to us as one of its own.
      throw new HandshakeFailed(wire.explain(e));
    }
  }

  private static final class HandshakeFailed extends IOException {
    HandshakeFailed(String why) {
      super(why);
    }
  }
}
