package postbus.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import postbus.log.ContentsAway;
import postbus.site.Place;

/**
 * ClamAV's clamd, which is sent the mail in chunks (INSTREAM, clamd(8)). It says the name of what
 * it found, or nothing. A mail above its StreamMaxLength gets an error, mostly before it was sent.
 */
final class ClamdScanner implements Scanner<Optional<String>> {
  /** Octets of an answer. */
  static final int ANSWER_OCTETS_MAX = 4 << 10;

  private static final int CHUNK_OCTETS = 64 << 10;
  private static final byte[] QUESTION = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern ANSWER =
      Pattern.compile("(?:stream: (?:(OK)|(.{1,1000}) FOUND)|([^\0]{1,1000} ERROR))\0");

  @Override
  public ScanAnswer<Optional<String>> scan(Place server, ScannedMail mail) throws IOException {
    try (ScannerSocket socket = ScannerSocket.connect(server)) {
      IOException unsent = ask(socket.out(), mail);
      try {
        return read(new String(socket.answer(ANSWER_OCTETS_MAX), StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        throw unsent == null ? e : unsent;
      }
    }
  }

  /** What kept the mail from being sent whole: there may be an answer that says why. */
  private static @Nullable IOException ask(OutputStream out, ScannedMail mail) throws IOException {
    try {
      out.write(QUESTION);
      send(mail, out);
      out.flush();
      return null;
    } catch (IOException e) {
      if (ContentsAway.isCauseOf(e)) {
        throw e; // It would wait for the rest.
      }
      return e;
    }
  }

  /** Each chunk behind its length; one of no octets ends the stream. */
  private static void send(ScannedMail mail, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_OCTETS];
    try (InputStream in = mail.octets().open()) {
      for (int n = in.readNBytes(chunk, 0, chunk.length);
          n > 0;
          n = in.readNBytes(chunk, 0, chunk.length)) {
        out.write(length(n));
        out.write(chunk, 0, n);
      }
    }
    out.write(length(0));
  }

  private static byte[] length(int octets) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(octets).array();
  }

  private static ScanAnswer<Optional<String>> read(String answer) throws ProtocolException {
    Matcher matcher = ANSWER.matcher(answer);
    if (!matcher.matches()) {
      throw new ProtocolException("not to be understood: " + Quoted.line(answer));
    }
    return matcher.group(3) != null
        ? ScanAnswer.declined()
        : new ScanAnswer.Found<>(Optional.ofNullable(matcher.group(2)).map(Quoted::line));
  }
}
