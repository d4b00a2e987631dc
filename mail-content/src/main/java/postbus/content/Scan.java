package postbus.content;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks at each octet of a mail once, and finds out whether anything must be done about it. Most
 * octets are printable ASCII; eight of those are passed over in one step.
 */
final class Scan implements Octets.Viewer {
  private static final VarHandle EIGHT_OCTETS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x80L * ONES;

  /** Octets below are looked at one by one, and those above 127. */
  private static final int PLAIN_MIN = 0x0E;

  /** Where in a line of the header we are; NONE in the body. */
  private enum InField {
    START,
    NAME,
    SPACE_AFTER_NAME,
    BODY,
    NONE
  }

  private InField place = InField.START;
  private boolean mayContinue;
  private boolean afterCr;
  private long line;
  private long size;
  private boolean looseEnds;
  private boolean misplaced;
  private boolean headerEightBit;
  private boolean bodyEightBit;
  private long headerLine;
  private long bodyLine;
  private boolean nul;

  private Scan() {}

  /** Scans a mail that is made of our fields and the content that a client sent. */
  static Facts of(byte[] added, Source content) throws IOException {
    Scan scan = new Scan();
    scan.octets(added, 0, added.length);
    // A content that begins with white space must not go on with the last of our fields.
    scan.mayContinue = false;
    Octets.show(content, scan);
    return scan.facts();
  }

  @Override
  public void octets(byte[] array, int from, int to) {
    size += to - from;
    int at = from;
    while (at < to) {
      int plainEnd = plainEnd(array, at, to);
      if (plainEnd > at) {
        endCr();
        if (place != InField.NONE && place != InField.BODY) {
          name(array, at, plainEnd);
        }
        line += plainEnd - at;
        at = plainEnd;
      } else {
        special(array[at]);
        at++;
      }
    }
  }

  private static int plainEnd(byte[] array, int from, int to) {
    int at = from;
    while (at + 8 <= to) {
      long eight = (long) EIGHT_OCTETS.get(array, at);
      if ((((eight - PLAIN_MIN * ONES) | eight) & TOPS) != 0) {
        break;
      }
      at += 8;
    }
    while (at < to && array[at] >= PLAIN_MIN) {
      at++;
    }
    return at;
  }

  private void special(byte octet) {
    switch (octet) {
      case '\r' -> {
        endCr();
        afterCr = true;
      }
      case '\n' -> {
        looseEnds |= !afterCr;
        afterCr = false;
        endLine();
      }
      default -> {
        endCr();
        if (place != InField.NONE) {
          name(octet);
        }
        line++;
        nul |= octet == 0 && place == InField.NONE;
        if (octet < 0) {
          headerEightBit |= place != InField.NONE;
          bodyEightBit |= place == InField.NONE;
        }
      }
    }
  }

  /** What follows a CR is no LF. */
  private void endCr() {
    looseEnds |= afterCr;
    afterCr = false;
  }

  private void name(byte[] array, int from, int to) {
    for (int at = from; at < to; at++) {
      name(array[at]);
      if (place == InField.BODY || place == InField.NONE) {
        return;
      }
    }
  }

  private void name(byte octet) {
    boolean space = octet == ' ' || octet == '\t';
    place =
        switch (place) {
          case START -> space && mayContinue ? InField.BODY : named(octet, InField.NAME);
          case NAME ->
              octet == ':'
                  ? InField.BODY
                  : space ? InField.SPACE_AFTER_NAME : named(octet, InField.NAME);
          // RFC 5322, section 4.5: old mail has white space before the colon.
          case SPACE_AFTER_NAME -> octet == ':' ? InField.BODY : space ? place : noField();
          case BODY, NONE -> place;
        };
  }

  private InField named(byte octet, InField next) {
    return octet > ' ' && octet != 127 && octet != ':' ? next : noField();
  }

  private InField noField() {
    misplaced = true;
    return InField.NONE;
  }

  private void endLine() {
    if (place == InField.NAME || place == InField.SPACE_AFTER_NAME) {
      place = noField();
    }
    if (place == InField.NONE) {
      bodyLine = Math.max(bodyLine, line);
    } else {
      headerLine = Math.max(headerLine, line);
      place = place == InField.START ? InField.NONE : InField.START;
      mayContinue = true;
    }
    line = 0;
  }

  private Facts facts() {
    endCr();
    if (line > 0) {
      looseEnds = true;
      endLine();
    }
    return new Facts(
        size, looseEnds, misplaced, headerEightBit, bodyEightBit, headerLine, bodyLine, nul);
  }
}
