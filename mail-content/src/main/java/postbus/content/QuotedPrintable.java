package postbus.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Text in quoted-printable (RFC 2045, section 6.7). Its lines have ended with CRLF before. */
final class QuotedPrintable extends Refilled {
  /** Octets of a line, less the {@code =} of a soft line break. */
  private static final int COLUMNS = 75;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final byte[] chunk = new byte[Octets.CHUNK / 4];
  private int column;
  private int heldSpace;

  QuotedPrintable(InputStream in) {
    this.in = in;
  }

  @Override
  boolean refill() throws IOException {
    int n = in.read(chunk);
    for (int i = 0; i < n; i++) {
      next(chunk[i]);
    }
    if (n < 0 && heldSpace != 0) {
      quote(heldSpace);
      heldSpace = 0;
      return true;
    }
    return n >= 0;
  }

  /** White space is held until it is known not to be the last of its line. */
  private void next(byte octet) {
    if (heldSpace != 0) {
      if (octet == '\r') {
        quote(heldSpace);
      } else {
        plain(heldSpace);
      }
      heldSpace = 0;
    }
    switch (octet) {
      case ' ', '\t' -> heldSpace = octet;
      case '\r' -> {}
      case '\n' -> {
        putLineEnd();
        column = 0;
      }
      case '=' -> quote(octet);
      default -> {
        if (octet > ' ' && octet < 127) {
          plain(octet);
        } else {
          quote(octet);
        }
      }
    }
  }

  private void plain(int octet) {
    advance(1);
    put(octet);
  }

  private void quote(int octet) {
    advance(3);
    put('=');
    put(HEX[octet >> 4 & 0xF]);
    put(HEX[octet & 0xF]);
  }

  private void advance(int octets) {
    if (column + octets > COLUMNS) {
      put('=');
      putLineEnd();
      column = 0;
    }
    column += octets;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
