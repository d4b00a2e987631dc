package postbus.dns;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SetResponse;

/**
 * A cache of answers of the usual size. Over TCP a stranger's name server may answer with 64 KiB,
 * and again for each name; such an answer is used once, and not kept.
 */
final class SmallAnswers extends Cache {
  /** Octets of the data of all records of an answer. */
  static final int DATA_MAX = 8 * 1024;

  private static final List<Integer> SECTIONS =
      List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL);

  SmallAnswers() {
    super(DClass.IN);
  }

  /** Null for what is not kept; nobody looks. */
  @Override
  public @Nullable SetResponse addMessage(Message answer) {
    int octets = 0;
    for (int section : SECTIONS) {
      for (Record record : answer.getSection(section)) {
        octets += record.rdataToWireCanonical().length;
      }
    }
    return octets <= DATA_MAX ? super.addMessage(answer) : null;
  }
}
