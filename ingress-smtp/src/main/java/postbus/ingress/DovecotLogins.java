package postbus.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks Dovecot, over the UNIX socket of its auth service (the client's half of its protocol,
 * version 1). Each question has a connection of its own, so none waits for another, and nothing is
 * left over from one to the next; {@link LoginDesk} bounds how many there are.
 *
 * <p>Whatever is not understood, too long or late is {@link LoginAnswer.Away}: only a FAIL of
 * Dovecot's is a refusal.
 */
final class DovecotLogins implements Logins {
  /** Above the numbers of processes: Dovecot takes no two clients of the same number. */
  private static final int CLIENT_FIRST = 1 << 23;

  /** Before the name and before the password (RFC 4616). */
  private static final int PLAIN_NULS = 2;

  private final Path socket;
  private final Duration wait;
  private final Optional<String> domain;

  /**
   * @param domain of users that Dovecot names without one
   */
  DovecotLogins(Path socket, Duration wait, Optional<String> domain) {
    this.socket = socket;
    this.wait = wait;
    this.domain = domain;
  }

  @Override
  public LoginAnswer ask(LoginQuestion question) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Executor later = CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS);
      CompletableFuture<Void> limit = CompletableFuture.runAsync(() -> cutOff(channel), later);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return talk(channel, question);
      } finally {
        limit.cancel(false);
      }
    } catch (ClosedChannelException _) {
      return new LoginAnswer.Away("Dovecot did not answer within " + wait);
    } catch (IOException e) {
      return new LoginAnswer.Away("Dovecot at " + socket + ": " + e.getMessage());
    }
  }

  private static void cutOff(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // Whoever waits for it hears so by himself.
    }
  }

  private LoginAnswer talk(SocketChannel channel, LoginQuestion question) throws IOException {
    DovecotReplies replies = new DovecotReplies(channel, domain);
    int number = ThreadLocalRandom.current().nextInt(CLIENT_FIRST, Integer.MAX_VALUE);
    write(channel, ("VERSION\t1\t1\nCPID\t" + number + "\n").getBytes(US_ASCII));
    Optional<LoginAnswer> misfit = replies.handshake();
    if (misfit.isPresent()) {
      return misfit.get();
    }
    byte[] request = request(question);
    try {
      write(channel, request);
    } finally {
      Arrays.fill(request, (byte) 0);
    }
    return replies.answer();
  }

  /** Dovecot's own penalty would slow all clients of an address; {@link LoginDesk} is finer. */
  private static byte[] request(LoginQuestion question) {
    byte[] head =
        ("AUTH\t1\tPLAIN\tservice=smtp\tsecured\tno-penalty\trip="
                + question.client().getHostAddress()
                + "\tresp=")
            .getBytes(US_ASCII);
    byte[] plain = plain(question.credentials());
    byte[] response = Base64.getEncoder().encode(plain);
    byte[] request = Arrays.copyOf(head, head.length + response.length + 1);
    System.arraycopy(response, 0, request, head.length, response.length);
    request[request.length - 1] = '\n';
    Arrays.fill(plain, (byte) 0);
    Arrays.fill(response, (byte) 0);
    return request;
  }

  private static byte[] plain(Credentials credentials) {
    byte[] name = credentials.name().getBytes(UTF_8);
    byte[] password = credentials.password();
    byte[] plain = new byte[name.length + password.length + PLAIN_NULS];
    System.arraycopy(name, 0, plain, 1, name.length);
    System.arraycopy(password, 0, plain, name.length + PLAIN_NULS, password.length);
    return plain;
  }

  private static void write(SocketChannel channel, byte[] octets) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
