package postbus.smtp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import postbus.mail.SmtpReply;
import postbus.smtp.ReplyTimes.Awaited;
import postbus.smtp.SmtpConnector.Opened;

/**
 * Opens connections to one server that speaks LMTP (RFC 2033). Of what it offers, DSN is not used,
 * since whoever puts a mail into mailboxes tells of success himself, nor are chunks. Threads may
 * share it.
 */
public final class LmtpConnector {
  private static final Set<String> USED = Set.of("PIPELINING", "8BITMIME", "SIZE", "SMTPUTF8");

  private final Opening opening;
  private final String name;
  private final String hello;
  private final SmtpWaits waits;
  private final ReplyTimes times;

  private interface Opening {
    Wire connect(ReplyTimes times) throws IOException;
  }

  private LmtpConnector(
      Opening opening, String name, String hello, SmtpWaits waits, ReplyTimes times) {
    this.opening = opening;
    this.name = name;
    this.hello = hello;
    this.waits = waits;
    this.times = times;
  }

  /**
   * To a host, which is looked up each time if it is a name.
   *
   * @param hello what we call ourselves
   */
  public static LmtpConnector tcp(String host, int port, String hello, SmtpWaits waits) {
    return new LmtpConnector(
        times -> connect(host, port, waits, times),
        host + ":" + port,
        hello,
        waits,
        ReplyTimes.UNTOLD);
  }

  /** To a UNIX socket of this host. */
  public static LmtpConnector socket(Path path, String hello, SmtpWaits waits) {
    Peer.Socket peer = new Peer.Socket(path);
    return new LmtpConnector(
        times -> Wire.connect(peer, waits.connect(), times),
        peer.toString(),
        hello,
        waits,
        ReplyTimes.UNTOLD);
  }

  /** The same, that tells somebody how long the server takes to reply. */
  public LmtpConnector timedBy(ReplyTimes told) {
    return new LmtpConnector(opening, name, hello, waits, told);
  }

  private static Wire connect(String host, int port, SmtpWaits waits, ReplyTimes times)
      throws IOException {
    InetAddress address = InetAddress.getByName(host);
    InetAddress any = InetAddress.ofLiteral(address instanceof Inet6Address ? "::" : "0.0.0.0");
    return Wire.connect(any, new Server(host, address, port), waits.connect(), times);
  }

  /** Blocks for as long as the waits allow. A server that does not talk defers its site. */
  public Opened open() {
    Wire wire;
    try {
      wire = opening.connect(times);
    } catch (IOException e) {
      String why = e.getMessage() == null ? "cannot connect" : e.getMessage();
      return failed(Step.CONNECT, why);
    }
    Opened opened = failed(Step.GREETING, "no greeting");
    try {
      opened = introduce(wire);
    } catch (IOException e) {
      opened = failed(Step.GREETING, wire.explain(e));
    } finally {
      if (opened instanceof Opened.Failed) {
        wire.close();
      }
    }
    return opened;
  }

  private Opened introduce(Wire wire) throws IOException {
    SmtpReply greeting = wire.reply(Awaited.GREETING, waits.greeting());
    if (!Trouble.agrees(Step.GREETING, greeting)) {
      return new Opened.Failed(Trouble.outcome(Step.GREETING, greeting, wire.peer()));
    }
    wire.write("LHLO " + hello);
    SmtpReply reply = wire.reply(Awaited.HELLO, waits.greeting());
    if (!Trouble.agrees(Step.EHLO, reply)) {
      return new Opened.Failed(Trouble.outcome(Step.EHLO, reply, wire.peer()));
    }
    Extensions used = Extensions.of(reply).only(USED);
    return new Opened.Connected(new SmtpConnection(Protocol.LMTP, wire, used, waits));
  }

  private Opened failed(Step step, String why) {
    return new Opened.Failed(Trouble.noConnection(step, name, why));
  }
}
