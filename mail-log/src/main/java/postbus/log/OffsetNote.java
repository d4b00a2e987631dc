package postbus.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.common.Uuid;

/**
 * What a committed offset says beside itself, in the commit's metadata: which topic it counts in
 * (by id, as a topic may be deleted and created anew under its name), and which offsets below it
 * are not done.
 *
 * <p>Text: the digit 1, then base 64 of the topic id and of the differences between neighbours,
 * from the committed offset downwards, seven bits an octet.
 *
 * @param topicId {@link Uuid#ZERO_UUID} if not known
 * @param unfinished ascending
 */
record OffsetNote(Uuid topicId, long[] unfinished) {
  /** What is read where nothing of ours was written. */
  static final OffsetNote NONE = new OffsetNote(Uuid.ZERO_UUID, new long[0]);

  private static final String VERSION = "1";
  private static final int ID_OCTETS = 16;
  private static final int VARINT_OCTETS = 9;

  /** As the metadata of a commit of {@code next}, which lies above all unfinished ones. */
  String text(long next) {
    ByteBuffer out = ByteBuffer.allocate(ID_OCTETS + unfinished.length * VARINT_OCTETS);
    out.putLong(topicId.getMostSignificantBits()).putLong(topicId.getLeastSignificantBits());
    long above = next;
    for (int i = unfinished.length - 1; i >= 0; i--) {
      long difference = above - unfinished[i];
      for (; difference > 0x7f; difference >>>= 7) {
        out.put((byte) (difference | 0x80));
      }
      out.put((byte) difference);
      above = unfinished[i];
    }
    byte[] octets = Arrays.copyOf(out.array(), out.position());
    return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** The inverse of {@link #text}; {@link #NONE} for whatever that did not write. */
  static OffsetNote parse(String text, long next) {
    if (!text.startsWith(VERSION)) {
      return NONE;
    }
    ByteBuffer in;
    try {
      in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(VERSION.length())));
    } catch (IllegalArgumentException _) {
      return NONE;
    }
    if (in.remaining() < ID_OCTETS) {
      return NONE;
    }
    Uuid topicId = new Uuid(in.getLong(), in.getLong());
    long[] descending = new long[in.remaining()];
    int count = 0;
    for (long above = next; in.hasRemaining(); above = descending[count++]) {
      long difference = varint(in);
      if (difference < 1 || difference > above) {
        return NONE;
      }
      descending[count] = above - difference;
    }
    long[] ascending = new long[count];
    for (int i = 0; i < count; i++) {
      ascending[i] = descending[count - 1 - i];
    }
    return new OffsetNote(topicId, ascending);
  }

  /** -1 if it does not end where it should. */
  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int octets = 0; octets < VARINT_OCTETS && in.hasRemaining(); octets++) {
      byte octet = in.get();
      value |= (octet & 0x7fL) << (7 * octets);
      if (octet >= 0) {
        return value;
      }
    }
    return -1;
  }

  /**
   * The longest text for so many unfinished offsets within so many offsets: of the differences,
   * which add up to the span, at most span/128 need a second octet, span/16384 a third, and so on.
   */
  static long longest(int mails, long span) {
    long octets = ID_OCTETS + mails;
    for (long rest = span >>> 7; rest > 0; rest >>>= 7) {
      octets += Math.min(mails, rest);
    }
    return VERSION.length() + (octets * 4 + 2) / 3;
  }
}
